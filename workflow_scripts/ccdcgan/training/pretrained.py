"""Networks that were trained elsewhere: taken into a run, and written to be handed on."""

import json
import shutil
from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from ccdcgan.core.artifacts import atomic, sha256_of
from ccdcgan.core.errors import InputError
from ccdcgan.networks.autoencoder import Autoencoder
from ccdcgan.networks.files import load_model, parameters, precision, save_model


def take_autoencoder(source: str, target: str, *, sha256: str, voxels: Mapping[str, Any]) -> None:
    """Write the network of the file `source` to `target`, its weights in single precision.

    Raises `InputError` if the file is not the one with this SHA-256, or if its network was trained
    on voxel images of other settings.
    """
    _check(source, sha256)
    network: Autoencoder = load_model(source, Autoencoder)
    own = {"grid": network.grid, "sigma": network.sigma}
    if own != {name: voxels[name] for name in own}:
        raise InputError(
            f"{source}: was trained on voxels of {own}, but config voxels has {dict(voxels)}"
        )
    save_model(_in_precision(network, "float32"), target)


def take_model(source: str, target: str, *, kind: type[Any], sha256: str) -> None:
    """Copy the network of the class `kind` in the file `source` to `target`.

    Raises `InputError` if the file is not the one with this SHA-256, or holds another network.
    """
    _check(source, sha256)
    load_model(source, kind)
    take_file(source, target, sha256=sha256)


def take_file(source: str, target: str, *, sha256: str) -> None:
    """Copy a file. Raises `InputError` if it is not the one with this SHA-256."""
    _check(source, sha256)
    with atomic(target) as temporary:
        shutil.copyfile(source, temporary)


def _check(source: str, sha256: str) -> None:
    found = sha256_of(source)
    if found != sha256:
        raise InputError(
            f"{source}: SHA-256 {found}, but the config's section pretrained says {sha256}; get "
            "the file again, or correct the config if it is meant"
        )


def export_compositions(source: str, target: str) -> None:
    """Write compositions with weights of four digits, which is what they are worth."""
    found = json.loads(Path(source).read_text())
    rows = [{**entry, "weight": float(f"{entry['weight']:.4g}")} for entry in found["compositions"]]
    with atomic(target) as temporary:
        temporary.write_text(json.dumps({**found, "compositions": rows}, separators=(",", ":")))


def export_autoencoder(source: str, target: str) -> None:
    """Write the network of the file `source` to `target` in half precision, to be handed on."""
    save_model(_in_precision(load_model(source, Autoencoder), "float16"), target)


def _in_precision(network: Autoencoder, policy: str) -> Autoencoder:
    with precision(policy):
        copy = Autoencoder(**network.settings)
    copy.set_weights([np.asarray(weight, dtype=policy) for weight in network.get_weights()])
    return copy


CARD = """# {title}

{what}, {size:.1f} MB, {parameters:,} parameters.
Settings: {settings}.

**Data.** {kept:,} structures, {systems:,} chemical systems, {elements} elements; energies:
{schemes}. Sources: {sources}. Structures of the Materials Project (A. Jain et al., APL
Materials 1, 011002 (2013)) are licensed CC BY 4.0. Filters and what they dropped: {dropped}.
Cells: {cell}.

**Split** by {split_by}: {by_split}. Seed {seed}, config digest `{digest}`.

**Figures.** {figures}

**SHA-256** `{sha256}`

Made by `snakemake --configfile presets/materials-project.yaml FILE.yaml -- pretrained`, where
FILE.yaml names the structures. It is read by `keras.models.load_model`, which needs `{module}`;
{use} shows its use.
"""
AUTOENCODERS = {"lattice": "the lattices", "combined": "the sites of all elements"}


def autoencoder_card(
    kind: str,
    model: str | PathLike[str],
    summary: Mapping[str, Any],
    metrics: Mapping[str, Any],
    round_trip: Mapping[str, Any],
) -> str:
    """The text that stands beside an exported autoencoder.

    summary: `data/summary.json`. metrics: `autoencoder/{kind}/metrics.json`. round_trip:
    `graphs/metrics.json`.
    """
    figures = metrics_of_parts(metrics, "this network alone")
    figures += metrics_of_parts(round_trip, "whole round trip")
    what = f"The autoencoder of {AUTOENCODERS[kind]}, in half precision"
    return model_card(kind, what, model, Autoencoder, summary, {}, figures)


def metrics_of_parts(metrics: Mapping[str, Any], what: str) -> list[str]:
    """A line for each part (training, validation, test) of some metrics."""
    return [f"{name} part, {what}: {_text(entry)}." for name, entry in metrics["parts"].items()]


def model_card(
    name: str,
    what: str,
    model: str | PathLike[str],
    kind: type[Any],
    summary: Mapping[str, Any],
    settings: Mapping[str, Any],
    figures: Sequence[str],
) -> str:
    """The text that stands beside an exported network of the class `kind`.

    summary: `data/summary.json`; settings: of the training; figures: lines with what was measured.
    """
    network = load_model(Path(model), kind)
    provenance = summary["provenance"]
    own = {key: value for key, value in network.settings.items() if not isinstance(value, dict)}
    return CARD.format(
        title=f"Pretrained: {name}",
        what=what,
        size=Path(model).stat().st_size / 1e6,
        parameters=parameters(network),
        settings=_text({**own, **settings}),
        module=kind.__module__,
        use="`presets/evaluate.yaml`" if kind is Autoencoder else "`presets/generate.yaml`",
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
        figures="\n".join(figures),
        sha256=sha256_of(model),
    )


def _text(values: Mapping[str, Any]) -> str:
    parts = [f"{k} {v:.4g}" if isinstance(v, float) else f"{k} {v}" for k, v in values.items()]
    return ", ".join(parts)
