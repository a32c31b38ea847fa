"""The target `augmentation` from end to end, on the autoencoders of the tiny run."""

import json
from pathlib import Path

import pandas as pd
import yaml

from ccdcgan.core.artifacts import sha256_of
from runs import ROOT, TINY, snakemake


def overlay(finished: Path, folder: Path, **augmentation: object) -> list[str | Path]:
    """The tiny run's structures, and beside them the same with cobalt and hafnium."""
    cadmium = pd.read_parquet(finished / "results/data/structures.parquet")
    cadmium = cadmium[cadmium["kind"] == "phase"]
    names = {"Cd": "Co", "Li": "Hf"}
    cobalt = cadmium.assign(
        id="new-" + cadmium["id"],
        species=[[names[symbol] for symbol in species] for species in cadmium["species"]],
    )
    pd.concat([cadmium, cobalt]).to_parquet(folder / "mine.parquet")
    models = finished / "results/autoencoder"
    config = {
        "systems": ["Co-Hf", "Cd-Li"],
        "data": {"source": "local", "path": "mine.parquet"},
        "hull": {"reference": "source", "corrections": "none"},
        "pretrained": {"manifest": str(folder / "manifest.yaml"), "networks": ["autoencoder"]},
        "augmentation": {"graphs": 20, "seeds": [1], **augmentation},
    }
    files = {kind: models / kind / "model.keras" for kind in ("lattice", "combined")}
    named = {kind: {"path": str(p), "sha256": sha256_of(p)} for kind, p in files.items()}
    (folder / "manifest.yaml").write_text(yaml.safe_dump({"autoencoder": named}))
    (folder / "overlay.yaml").write_text(yaml.safe_dump(config))
    return ["--directory", folder, "--configfile", ROOT / TINY, folder / "overlay.yaml"]


def test_both_arms_are_trained_and_compared(finished: Path, tmp_path: Path) -> None:
    run = snakemake(ROOT, *overlay(finished, tmp_path, hypothetical=1), "--", "augmentation")
    assert run.status == 0, run.output[-5000:]
    folder = tmp_path / "results/augmentation"
    summary = json.loads((folder / "summary.json").read_text())
    sets = summary["training_sets"]
    assert sets["with"]["structures"] == sets["without"]["structures"] + 1
    assert (summary["system"], summary["seeds"]) == ("Co-Hf", [1])
    assert summary["provenance"]["versions"]["keras"]
    table = pd.read_csv(folder / "first_graphs.csv")
    assert len(table) == summary["known_compounds"] > 0
    trained = {arm: pd.read_parquet(folder / arm / "structures.parquet") for arm in sets}
    assert not set(table["id"]) & {*trained["without"]["id"], *trained["with"]["id"]}
    assert "known compounds found" in (folder / "augmentation.svg").read_text()


def test_more_hypothetical_structures_than_there_are(finished: Path, tmp_path: Path) -> None:
    run = snakemake(ROOT, *overlay(finished, tmp_path, hypothetical=999), "--", "augmentation")
    assert run.status == 1
    assert "config augmentation.hypothetical: 999 are more than the" in run.output
    assert "Traceback" not in run.output
