"""The tiny preset from end to end: what a run leaves, and that a second one has nothing to do."""

import shutil
from pathlib import Path

import pandas as pd

from ccdcgan.crystals.table import Crystals
from runs import TINY, snakemake

VARIANTS = ("dcgan", "ccdcgan")


def test_second_run_has_nothing_to_do(finished: Path) -> None:
    run = snakemake(finished, "--configfile", TINY)
    assert run.status == 0
    assert "Nothing to be done" in run.output


def test_nothing_half_written_is_left(finished: Path) -> None:
    left = [path for path in (finished / "results").rglob(".*") if path.is_file()]
    assert left == [finished / "results/dft/Cd-Li/decks/.snakemake_timestamp"]


def test_every_job_left_log_and_benchmark(finished: Path) -> None:
    results = finished / "results"
    logs = {
        path.relative_to(results / "logs").with_suffix("") for path in results.glob("logs/**/*.log")
    }
    benchmarks = {
        path.relative_to(results / "benchmarks").with_suffix("")
        for path in results.glob("benchmarks/**/*.tsv")
    }
    assert logs
    assert logs == benchmarks


def test_every_graph_has_a_fate(finished: Path) -> None:
    for variant in VARIANTS:
        shards = sorted((finished / "results/crystals" / variant).glob("shard-*.parquet"))
        manifest = Crystals.read_all(shards)
        screened = pd.read_csv(finished / f"results/screen/{variant}/screen.csv")
        assert len(manifest) == 40
        assert (manifest["status"] != "").all()
        assert (manifest.has_structure() == (manifest["status"] == "valid")).all()
        assert set(screened["id"]) == set(manifest["id"])


def test_hull_and_decks_stand(finished: Path) -> None:
    results = finished / "results"
    hull = pd.read_csv(results / "hull/Cd-Li/hull.csv")
    assert len(hull)
    assert "<svg" in (results / "hull/Cd-Li/hull.svg").read_text()
    assert (results / "hull/table1.csv").stat().st_size


def test_html_report_is_made(finished: Path) -> None:
    run = snakemake(finished, "--configfile", TINY, "--report", "results/report.html")
    assert run.status == 0, run.output
    page = finished / "results/report.html"
    assert "Convex hulls" in page.read_text()
    page.unlink()


def test_a_corrupt_table_stops_its_readers_alone(finished: Path, tmp_path: Path) -> None:
    """One clear line naming the file, exit status 1, and the results of others untouched."""
    # Of its own, since jobs that fail lose their outputs.
    repository = shutil.copytree(finished, tmp_path / "repository", symlinks=True)
    table = repository / "results/data/structures.parquet"
    graphs = {path: path.read_bytes() for path in repository.glob("results/graphs/*.h5")}
    saved = table.read_bytes()
    table.write_bytes(saved[: len(saved) // 2])
    target = "results/hull/Cd-Li/hull.csv"
    run = snakemake(repository, target, "--configfile", TINY, "--rerun-triggers", "mtime")
    assert run.status == 1
    assert "structures.parquet: not a readable Parquet file" in run.output
    assert "Traceback" not in run.output
    assert {path: path.read_bytes() for path in graphs} == graphs
