"""Networks that were trained elsewhere: taken into a run, and written to be handed on."""

import json
import shutil
from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ccdcgan.core.artifacts import atomic, sha256_of
from ccdcgan.crystals.templates import STRUCTURE_TYPE, read_templates
from ccdcgan.networks.autoencoder import Autoencoder
from ccdcgan.networks.constraint import Constraint
from ccdcgan.networks.denoiser import Denoiser
from ccdcgan.networks.files import load_model, parameters, precision, save_model
from ccdcgan.networks.refiner import Refiner
from ccdcgan.networks.registry import GENERATORS

NETWORKS = (Autoencoder, Constraint, Denoiser, Refiner, *GENERATORS.values())


def export_autoencoder(kind: str, inputs: Mapping[str, str], outputs: Mapping[str, str]) -> None:
    """Write a trained autoencoder in half precision, to be handed on, with its card.

    kind: `lattice` or `combined`. inputs: the files `model`, `metrics` (of the network alone),
    `round_trip` (metrics of the graphs) and `summary` (of the data). outputs: `model` and `card`.
    """
    export_in_half_precision(inputs["model"], outputs["model"])
    figures = metrics_of_parts(_read(inputs["metrics"]), "this network alone")
    figures += metrics_of_parts(_read(inputs["round_trip"]), "whole round trip")
    what = f"The autoencoder of {AUTOENCODERS[kind]}, in half precision"
    card = model_card(kind, what, outputs["model"], _read(inputs["summary"]), {}, figures)
    _write(outputs["card"], card)


def export_network(
    name: str,
    what: str,
    told: Mapping[str, Any],
    inputs: Mapping[str, str],
    outputs: Mapping[str, str],
) -> None:
    """Write a trained constraint, denoiser, refiner or generator, to be handed on, with its card.

    what: the first words of the card; told: the settings of the training. inputs: the files
    `model`, `history` and `summary` (of the data); of a constraint `metrics`; of a generator
    `compositions`. outputs: `card`, `model` and as many of the files. The network comes without the
    state of its optimiser.
    """
    save_model(load_model(inputs["model"], NETWORKS), outputs["model"])
    if "compositions" in outputs:
        export_compositions(inputs["compositions"], outputs["compositions"])
    last = pd.read_csv(inputs["history"]).iloc[-1].to_dict()
    figures = [f"Last epoch: {_text(last)}."]
    if "metrics" in inputs:
        way = "from the stored graphs"
        # The paper's network reads the numbers of a graph, and needs no autoencoder to be read.
        way += "" if told.get("network") == "paper" else ", read by the autoencoders"
        figures += metrics_of_parts(_read(inputs["metrics"]), way)
    summary = _read(inputs["summary"])
    card = model_card(name, what, outputs["model"], summary, told, figures)
    _write(outputs["card"], card)


def export_templates(inputs: Mapping[str, str], outputs: Mapping[str, str]) -> None:
    """Copy the templates, to be handed on, with their card.

    inputs: the files `templates` and `summary` (of the data). outputs: `templates` and `card`.
    """
    held = read_templates(inputs["templates"])
    with atomic(outputs["templates"]) as temporary:
        shutil.copyfile(inputs["templates"], temporary)
    card = TEMPLATES_CARD.format(
        templates=len(held),
        types=held[STRUCTURE_TYPE].nunique(),
        size=Path(outputs["templates"]).stat().st_size / 1e6,
        data=_data_text(_read(inputs["summary"])),
        sha256=sha256_of(outputs["templates"]),
    )
    _write(outputs["card"], card)


def export_compositions(source: str, target: str) -> None:
    """Write compositions with weights of four digits, which is what they are worth."""
    found = json.loads(Path(source).read_text(encoding="utf-8"))
    rows = [{**entry, "weight": float(f"{entry['weight']:.4g}")} for entry in found["compositions"]]
    with atomic(target) as temporary:
        text = json.dumps({**found, "compositions": rows}, separators=(",", ":"))
        temporary.write_text(text, encoding="utf-8")


def export_in_half_precision(source: str, target: str) -> None:
    """Write the autoencoder of the file `source` to `target` in half precision."""
    save_model(_in_precision(load_model(source, Autoencoder), "float16"), target)


def _in_precision(network: Autoencoder, policy: str) -> Autoencoder:
    """Copy an autoencoder with weights of another precision."""
    with precision(policy):
        copy = Autoencoder(**network.settings)
    copy.set_weights([np.asarray(weight, dtype=policy) for weight in network.get_weights()])
    return copy


DATA = """**Data.** {kept:,} structures, {systems:,} chemical systems, {elements} elements;
energies: {schemes}. Sources: {sources}. Structures of the Materials Project (A. Jain et al., APL
Materials 1, 011002 (2013)) are licensed CC BY 4.0. Filters and what they dropped: {dropped}.
Cells: {cell}.

**Split** by {split_by}: {by_split}. Seed {seed}, config digest `{digest}`.
"""
CARD = """# {title}

{what}, {size:.1f} MB, {parameters:,} parameters.
Settings: {settings}.

{data}
**Figures.** {figures}

**SHA-256** `{sha256}`

Made by `snakemake --configfile presets/materials-project.yaml FILE.yaml -- pretrained`, where
FILE.yaml names the structures. It is read by `keras.models.load_model`, which needs `{module}`;
{use} shows its use.
"""
TEMPLATES_CARD = """# Pretrained: templates

{templates:,} crystals of the training part in {types:,} structure types, {size:.1f} MB: what new
crystals start from, whose elements are exchanged. Nothing in it is learnt.

{data}
**SHA-256** `{sha256}`

Made by `snakemake --configfile presets/materials-project.yaml FILE.yaml -- pretrained`, where
FILE.yaml names the structures; `presets/generate.yaml` shows its use.
"""
AUTOENCODERS = {"lattice": "the lattices", "combined": "the sites of all elements"}


def metrics_of_parts(metrics: Mapping[str, Any], what: str) -> list[str]:
    """Write a line for each part (training, validation, test) of some metrics."""
    return [f"{name} part, {what}: {_text(entry)}." for name, entry in metrics["parts"].items()]


def model_card(
    name: str,
    what: str,
    model: str | PathLike[str],
    summary: Mapping[str, Any],
    told: Mapping[str, Any],
    figures: Sequence[str],
) -> str:
    """Write the text that stands beside an exported network, in the file `model`.

    what: its first words; summary: `data/summary.json`; told: the settings of the training;
    figures: lines with what was measured.
    """
    network = load_model(Path(model), NETWORKS)
    own = {
        key: value for key, value in network.settings.items() if not isinstance(value, dict | list)
    }
    return CARD.format(
        title=f"Pretrained: {name}",
        what=what,
        size=Path(model).stat().st_size / 1e6,
        parameters=parameters(network),
        settings=_text({**own, **told}),
        module=type(network).__module__,
        use="`presets/evaluate.yaml`"
        if isinstance(network, Autoencoder)
        else "`presets/generate.yaml`",
        data=_data_text(summary),
        figures="\n".join(figures),
        sha256=sha256_of(model),
    )


def _data_text(summary: Mapping[str, Any]) -> str:
    """Write what a run's data were, from its `data/summary.json`."""
    provenance = summary["provenance"]
    return DATA.format(
        kept=summary["kept"],
        systems=summary["chemical_systems"],
        elements=len(summary["elements"]),
        schemes=", ".join(summary["energy_schemes"]),
        sources=_text(summary["by_source"]),
        dropped=_text(summary["dropped"]) or "nothing",
        cell=summary["cell"],
        split_by=summary["split_by"],
        by_split=_text(summary["by_split"]),
        seed=provenance["seed"],
        digest=provenance["config_digest"],
    )


def _text(values: Mapping[str, Any]) -> str:
    """Write names and values, numbers with four digits."""
    parts = [f"{k} {v:.4g}" if isinstance(v, float) else f"{k} {v}" for k, v in values.items()]
    return ", ".join(parts)


def _write(path: str, text: str) -> None:
    """Write a text, atomically."""
    with atomic(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def _read(path: str) -> dict[str, Any]:
    """Read a JSON file."""
    return json.loads(Path(path).read_text(encoding="utf-8"))
