"""The paper's way and its page: a generator that writes graphs, and the paper beside a run."""

import shutil
from pathlib import Path

import pandas as pd
import yaml

from ccdcgan.core.shards import read_shard
from ccdcgan.crystals.table import Crystals
from runs import ROOT, TINY, snakemake

PRESETS = ("presets/generate.yaml", "presets/paper-systems.yaml")


def test_a_network_over_tiles_is_trained_twice_and_its_crystals_stand_beside_the_paper(
    finished: Path, tmp_path: Path
) -> None:
    overlay = {
        "constraint": {"network": "tiles", "epochs": 1},
        "gan": {
            "network": "tiles",
            "variants": ["ccdcgan"],
            "steps": 20,
            "steps_per_epoch": 10,
            "tiles": {"width": 16, "blocks": 1, "rounds": 2, "flow": {"steps": 20}},
        },
        "arms": {"more": {"variant": "ccdcgan", "generate": {"systems": ["Cd-Li"], "graphs": 60}}},
        "relax": {"within": "systems"},
    }
    (tmp_path / "overlay.yaml").write_text(yaml.safe_dump(overlay))
    repository = shutil.copytree(finished, tmp_path / "repository", symlinks=True)
    run = snakemake(repository, "--configfile", TINY, tmp_path / "overlay.yaml", "--", "paper")
    assert run.status == 0, run.output[-20_000:]
    assert run.jobs["train_flow"] == run.jobs["train_gan"] == 1
    assert "train_denoiser" not in run.jobs and "relax_known_phases" not in run.jobs
    results = repository / "results"
    rows = Crystals.read(results / "crystals" / "more" / "shard-0000.parquet")
    assert len(rows) == 60
    with read_shard(results / "generated" / "more" / "shard-0000.h5", "crystal graphs") as file:
        assert not file["counts"][:].any()  # numbers of atoms were not asked for
        assert file["property/formation_energy_per_atom"].shape == (60,)
    table = pd.read_csv(results / "hull" / "table1.csv")
    assert set(table["variant"]) == {"ccdcgan", "more", "the paper"}
    growth = pd.read_csv(results / "hull" / "Cd-Li" / "growth.csv")
    assert growth["graphs"].max() == 60  # an arm's further graphs stand on the hull, too
    page = (results / "report" / "paper.html").read_text()
    assert "graphs that a network writes" in page and "led by the constraint" in page
    assert "Figure 5: Cd-Li" in page and page.count("<svg") == 3  # elements, parity and this hull
    assert "structures of the test part" in page and "(target augmentation)" in page
    history = pd.read_csv(results / "gan" / "ccdcgan" / "history.csv")
    assert {"flow_loss", "penalty", "predicted_formation_energy_per_atom"} <= set(history)


def test_the_papers_systems_take_shipped_networks_alone(tmp_path: Path) -> None:
    run = snakemake(ROOT, "--dry-run", "paper", "--directory", tmp_path, "--configfile", *PRESETS)
    assert run.status == 0, run.output[-20_000:]
    assert run.wildcards("variant") == {"ccdcgan", "any-system", "written", "written-any-system"}
    assert run.jobs["install_generator"] == 1 and run.jobs["generate_graphs"] == 40
    trained = [rule for rule in run.jobs if rule.startswith("train_")]
    assert trained == ["train_critic"]  # no network
    assert run.jobs["build_hull"] == 15 and run.jobs["make_paper_page"] == 1
