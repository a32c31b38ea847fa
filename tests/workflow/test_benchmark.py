"""The crystals for LeMat-GenBench: what runs for them, and that they come out."""

import json
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from pymatgen.core import Structure

from runs import ROOT, TINY, Run, snakemake


def asked(folder: Path, overlay: str, target: str = "benchmark") -> Run:
    """A dry run in an empty folder."""
    (folder / "overlay.yaml").write_text(overlay)
    files = ["--configfile", TINY, folder / "overlay.yaml"]
    return snakemake(ROOT, "--dry-run", target, "--directory", folder, *files)


@pytest.mark.parametrize(
    ("variant", "variants"), [("null", {"dcgan", "ccdcgan"}), ("dcgan", {"dcgan"})]
)
def test_a_variant_is_drawn_and_measured(tmp_path: Path, variant: str, variants: set) -> None:
    run = asked(tmp_path, f"benchmark: {{crystals: 5, variant: {variant}}}\n")
    assert run.status == 0, run.output[-20_000:]
    assert run.jobs["draw_benchmark"] == run.jobs["measure_benchmark"] == len(variants)
    assert run.wildcards("variant") == variants
    assert "relax_crystals" not in run.jobs and "screen_crystals" not in run.jobs


def test_the_default_run_has_no_benchmark_and_needs_no_graphs_for_it(tmp_path: Path) -> None:
    run = asked(tmp_path, "benchmark: {crystals: 2500}\n", "all")
    assert run.status == 0 and "draw_benchmark" not in run.jobs


def test_too_few_graphs_are_said_before_any_job(tmp_path: Path) -> None:
    run = asked(tmp_path, "benchmark: {crystals: 2500}\n")
    assert run.status != 0
    assert "config generate.graphs: 40, but benchmark.crystals is 2500: raise" in run.output
    assert "Job stats" not in run.output


def test_benchmark_of_the_tiny_run(finished: Path, tmp_path: Path) -> None:
    """The zip holds the crystals of the table, as pymatgen reads them."""
    (tmp_path / "few.yaml").write_text("benchmark: {crystals: 1, variant: ccdcgan}\n")
    files = ["--configfile", TINY, tmp_path / "few.yaml"]
    run = snakemake(finished, "benchmark", *files)
    assert run.status == 0, run.output[-20_000:]
    folder = finished / "results/benchmark/ccdcgan"
    found = json.loads((folder / "benchmark.json").read_text())
    rows = pd.read_csv(folder / "benchmark.csv", keep_default_na=False)
    assert len(rows) == found["shares"]["valid"]["denominator"] == 1
    assert found["graphs"] == 1 + sum(found["without_crystal"].values())
    assert found["shares"]["valid"]["numerator"] == rows["valid"].sum()
    assert found["provenance"]["versions"]["smact"] and found["provenance"]["seed"]
    assert found["references"]["data"] > 0 and found["references"]["known"] > 60_000
    assert set(found["stability"]) >= {"7net-0", "7net-l3i5"}
    with zipfile.ZipFile(folder / "cifs.zip") as archive:
        assert archive.namelist() == [f"{name}.cif" for name in rows["id"]]
        texts = [archive.read(name).decode() for name in archive.namelist()]
    read = [Structure.from_str(text, fmt="cif") for text in texts]
    assert [one.composition.reduced_formula for one in read] == list(rows["formula"])
