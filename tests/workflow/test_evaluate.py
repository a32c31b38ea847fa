"""`pretrained`, `evaluate` and `csp`: networks of one run measured on other structures."""

import json
from pathlib import Path

import pandas as pd
import yaml
from pymatgen.core import Lattice, Structure

from builders.structures import NACL, SILICON
from ccdcgan.core.artifacts import sha256_of
from ccdcgan.crystals.table import Crystals
from runs import ROOT, TINY, Run, snakemake

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


def csp(folder: Path, *arguments: str, **sections: object) -> Run:
    """A run of target csp with the shipped networks in a folder."""
    (folder / "mine.yaml").write_text(yaml.safe_dump(sections))
    files = ("--configfile", EVALUATE, folder / "mine.yaml")
    return snakemake(ROOT, "--directory", folder, *files, *arguments, "--", "csp")


def test_shipped_networks_predict_structures_from_their_compositions(tmp_path: Path) -> None:
    einsteinium = Structure(Lattice.cubic(4.0), ["Es"], [[0, 0, 0]])
    given = {"salt": NACL, "silicon": SILICON, "es": einsteinium, "large": NACL * (1, 2, 6)}
    given["large"].replace(0, "Li")  # so that its primitive cell keeps 24 atoms
    Crystals.of_structures(given).write(tmp_path / "mine.parquet", {})
    data = {"source": "local", "path": str(tmp_path / "mine.parquet")}
    settings = {"sample": None, "tries": 3, "shards": 2}
    run = csp(tmp_path, data=data, csp=settings)
    assert run.status == 0, run.output[-5000:]
    assert run.jobs["predict_structures"] == 2
    assert not [job for job in run.jobs if job.startswith(("train_", "voxelise", "encode_"))]
    found = json.loads((tmp_path / "results/evaluation/csp/ccdcgan.json").read_text())
    rows = pd.read_csv(tmp_path / "results/evaluation/csp/ccdcgan.csv", keep_default_na=False)
    rows = rows.set_index("id")
    assert list(rows.index) == ["es", "salt", "silicon"]
    assert (found["n"], found["tries"], found["variant"]) == (2, 3, "ccdcgan")
    assert found["skipped"]["n"] == 1 and rows.loc["es", "skipped"].startswith("Es in no structure")
    assert sum(found["dropped_from_data"].values()) == 1  # the large one
    assert found["samples"]["n"] == 6
    assert found["matched_3"] == (rows["matched_3"] == "True").sum() >= found["matched"]
    assert set(found["networks"].values()) >= {
        sha256_of(ROOT / "pretrained" / name)
        for name in (
            *("templates.parquet", "denoiser.keras", "lattice.keras"),
            "formation_energy_per_atom.keras",  # which chooses
        )
    }
    assert found["provenance"]["seed"] and found["provenance"]["versions"]["tensorflow"]
    assert "best of 3" in (tmp_path / "results/evaluation/csp/ccdcgan.svg").read_text()


def test_the_generator_of_the_paper_is_refused_before_any_job(tmp_path: Path) -> None:
    paper = {"gan": {"network": "paper"}, "constraint": {"network": "paper"}}
    own = {"pretrained": {"manifest": None}, "data": {"path": str(tmp_path)}}
    run = csp(tmp_path, "--dry-run", **paper, **own)
    assert run.status == 1
    assert "'paper' cannot be told which atoms a crystal has, as target csp must" in run.output
    assert not run.jobs
