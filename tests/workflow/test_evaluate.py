"""`pretrained` and `evaluate`: networks of one run measured on the structures of another."""

import json
from pathlib import Path

import pandas as pd
import yaml

from ccdcgan.core.artifacts import sha256_of
from runs import ROOT, TINY, snakemake

EVALUATE = "presets/evaluate.yaml"


def test_networks_of_a_run_are_measured_on_other_structures(finished: Path, tmp_path: Path) -> None:
    run = snakemake(finished, "--configfile", TINY, "--", "pretrained")
    assert run.status == 0, run.output[-5000:]
    models = {
        kind: finished / f"results/pretrained/{kind}.keras" for kind in ("lattice", "combined")
    }
    for kind, model in models.items():
        card = (finished / f"results/pretrained/{kind}.md").read_text()
        assert sha256_of(model) in card and "test part" in card

    table = pd.read_parquet(finished / "results/data/structures.parquet")
    table = table[table["kind"] == "phase"].drop(columns="formation_energy_per_atom").head(2)
    table.to_parquet(tmp_path / "mine.parquet")
    overlay = tmp_path / "overlay.yaml"
    shipped = {
        kind: {"path": str(model), "sha256": sha256_of(model)} for kind, model in models.items()
    }
    network = ROOT / "pretrained/formation_energy_per_atom.keras"
    file = {"path": str(network), "sha256": sha256_of(network)}
    constraint = {"constraint": {"formation_energy_per_atom": file}}
    mine = {
        "data": {"source": "local", "path": str(tmp_path / "mine.parquet")},
        "voxels": {"shards": 3},  # one of them without a structure
        "pretrained": {"manifest": str(tmp_path / "manifest.yaml")},
    }
    (tmp_path / "manifest.yaml").write_text(yaml.safe_dump({"autoencoder": shipped} | constraint))
    overlay.write_text(yaml.safe_dump(mine))
    arguments = ("--directory", tmp_path, "--configfile", EVALUATE, overlay, "--", "evaluate")
    run = snakemake(ROOT, *arguments)
    assert run.status == 0, run.output[-5000:]
    assert not {"train_autoencoder", "train_separated"} & set(run.jobs)
    result = json.loads((tmp_path / "results/evaluation/autoencoder.json").read_text())
    rows = pd.read_csv(tmp_path / "results/evaluation/autoencoder.csv")
    assert result["n"] == len(rows) == len(table)
    assert result["reproduction_blind"] == rows["reproduced"].mean()
    assert result["reproduction_known"] == rows["known"].mean()
    unlabelled = json.loads((tmp_path / "results/evaluation/constraint.json").read_text())
    assert unlabelled["n"] == 0 and unlabelled["r2"] is None
    assert set(result["by"]) == {"num_sites", "num_elements", "crystal_system"}
    assert "<svg" in (tmp_path / "results/evaluation/worst.svg").read_text()

    shipped["lattice"]["sha256"] = "0" * 64
    (tmp_path / "manifest.yaml").write_text(yaml.safe_dump({"autoencoder": shipped} | constraint))
    run = snakemake(ROOT, *arguments)
    assert run.status == 1
    assert "lattice.keras: SHA-256" in run.output and "Traceback" not in run.output
