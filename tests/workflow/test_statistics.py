"""Statistics and baselines: what they run, and that the statistics of a run come out."""

import json
from pathlib import Path

import pandas as pd

from builders.peers import write_cifs
from runs import ROOT, TINY, snakemake

BASELINES = "baselines: [random, exchange]\n"


def jobs(folder: Path, overlay: str, target: str) -> tuple[dict[str, int], set[str]]:
    """The jobs of a target in an empty folder, and the variants among their wildcards."""
    (folder / "overlay.yaml").write_text(overlay)
    files = ["--configfile", TINY, folder / "overlay.yaml"]
    run = snakemake(ROOT, "--dry-run", target, "--directory", folder, *files)
    assert run.status == 0, run.output[-20_000:]
    return run.jobs, run.wildcards("variant") | run.wildcards("baseline")


def test_baselines_are_screened_relaxed_and_measured_like_variants(tmp_path: Path) -> None:
    found, variants = jobs(tmp_path, BASELINES, "statistics")
    assert variants == {"dcgan", "ccdcgan", "random", "exchange"}
    assert found["make_baseline"] == found["decode_graphs"] == 2
    for rule in ("screen_crystals", "merge_relaxed", "measure_statistics", "fingerprint_crystals"):
        assert found[rule] == 4
    assert "train_gan" in found and "summarise_graphs" not in found


def test_crystals_of_other_models_are_measured_like_those_of_a_variant(tmp_path: Path) -> None:
    overlay = f"baselines: [exchange, {{other: {write_cifs(tmp_path / 'cifs')}}}]\n"
    found, variants = jobs(tmp_path, overlay, "statistics")
    assert variants == {"dcgan", "ccdcgan", "exchange", "other"}
    assert found["read_peer"] == found["make_baseline"] == 1
    for rule in ("screen_crystals", "merge_relaxed", "measure_statistics", "fingerprint_crystals"):
        assert found[rule] == 4


def test_a_file_of_other_models_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "overlay.yaml").write_text("baselines: {other: cifs.zip}\n")
    files = ["--configfile", TINY, tmp_path / "overlay.yaml"]
    run = snakemake(ROOT, "--dry-run", "--directory", tmp_path, *files)
    assert run.status and "config baselines.other: cifs.zip does not exist" in run.output
    assert "Traceback" not in run.output


def test_what_needs_graphs_leaves_the_baselines_out(tmp_path: Path) -> None:
    found, _ = jobs(tmp_path, BASELINES, "summary")
    assert found["summarise_graphs"] == 2
    assert "make_baseline" not in found
    found, _ = jobs(tmp_path, BASELINES, "all")
    assert found["screen_crystals"] == 4 and "measure_statistics" not in found
    assert "make_baseline" not in jobs(tmp_path, "baselines: []\n", "all")[0]


def test_statistics_before_relaxation_relax_nothing(tmp_path: Path) -> None:
    found, _ = jobs(tmp_path, "statistics: {relaxed: false}\n", "statistics")
    assert found["measure_statistics"] == 2 and "relax_crystals" not in found


def test_crystals_of_any_system_get_hulls_of_their_own(tmp_path: Path) -> None:
    any_system, _ = jobs(tmp_path, "data: {source: matbench}\n", "statistics")
    assert any_system["relax_phases_of_crystals"] == 1 and "relax_known_phases" not in any_system
    asked = "data: {source: matbench}\ngenerate: {systems: [Cd-Li]}\n"
    asked_for, _ = jobs(tmp_path, asked, "statistics")
    assert asked_for["relax_known_phases"] == 1 and "relax_phases_of_crystals" not in asked_for


def test_the_match_rate_is_measured_where_it_is_asked_for(tmp_path: Path) -> None:
    found, _ = jobs(tmp_path, "statistics: {csp: true}\n", "statistics")
    assert found["predict_structures"] == 2 and found["measure_match_rate"] == 1
    without = "statistics: {csp: false}\n"
    assert "predict_structures" not in jobs(tmp_path, without, "statistics")[0]
    assert "predict_structures" not in jobs(tmp_path, "statistics: {csp: true}\n", "all")[0]


def test_statistics_of_the_tiny_run(finished: Path, tmp_path: Path) -> None:
    (tmp_path / "few.yaml").write_text(
        "statistics: {sample: 3, pictures: 2, csp: true}\ncsp: {sample: 3, tries: 2}\n"
        f"baselines: {{other: {write_cifs(tmp_path / 'cifs')}}}\n"
    )
    files = ["--configfile", TINY, tmp_path / "few.yaml"]
    run = snakemake(finished, "statistics", *files)
    assert run.status == 0, run.output[-20_000:]
    folder = finished / "results/statistics"
    table = pd.read_csv(folder / "statistics.csv").set_index("measure")
    predicted = json.loads((finished / "results/evaluation/csp/dcgan.json").read_text())
    assert predicted["variant"] == "dcgan" and predicted["n"] > 0
    drawn = (folder / "properties.svg").read_text()
    assert all(text in drawn for text in ("training part", "ccdcgan", "eV/atom", "minimise"))
    for variant in ("dcgan", "ccdcgan"):
        found = json.loads((folder / f"{variant}.json").read_text())
        assert found["provenance"]["seed"] and found["provenance"]["versions"]["matminer"]
        assert list(found["measures"]) == list(table.index)
        assert all(m["value"] is not None or m["reason"] for m in found["measures"].values())
        rate = found["measures"]["match_rate"]
        assert rate.get("n") == (predicted["n"] if variant == "dcgan" else None)
        assert found["measures"]["graphs"]["value"] == table[variant]["graphs"] == 40
        assert "<svg" in (folder / f"{variant}.svg").read_text()
    # Of five crystals of another model two are valid, and all count.
    other = table["other"]
    assert other["graphs"] == 5 and other["yield"] == 2 / 5
    assert other["novel"] is not None and table["other_n"]["sun"] == 5
