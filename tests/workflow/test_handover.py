"""What a finished run hands on to other tools."""

import json
import zipfile
from pathlib import Path

import ase.db
import pandas as pd
from pymatgen.core import Structure

from ccdcgan.stability.outcomes import read_relaxed
from runs import ROOT, TINY, snakemake


def test_relaxed_crystals_and_jobs_of_the_tiny_run(finished: Path) -> None:
    run = snakemake(finished, "export", "handover", "--configfile", TINY)
    assert run.status == 0, run.output[-20_000:]
    results = finished / "results"
    for variant in ("dcgan", "ccdcgan"):
        folder = results / "export" / variant
        held = list(read_relaxed(results / f"relax/{variant}/relaxed.parquet").with_structure())
        assert sorted(pd.read_csv(folder / "crystals.csv")["id"]) == sorted(held)
        with ase.db.connect(folder / "crystals.db") as database:
            assert sorted(row.name for row in database.select()) == sorted(held)
        lines = (folder / "optimade.jsonl").read_text().splitlines()
        assert sorted(json.loads(line)["id"] for line in lines[2:]) == sorted(held)
        with zipfile.ZipFile(folder / "cifs.zip") as archive:
            assert len(archive.namelist()) == 2 * len(held)
    jobs = json.loads((results / "handover/Cd-Li/crystals.json").read_text())
    candidates = pd.read_csv(results / "dft/Cd-Li/candidates.csv")["id"].tolist()
    roles = {one["metadata"]["id"]: one["metadata"]["role"] for one in jobs["crystals"]}
    assert [name for name, role in roles.items() if role == "candidate"] == candidates
    # Both elements are among what they compete with.
    competing = [one for one in jobs["crystals"] if one["metadata"]["role"] != "candidate"]
    assert {"Li", "Cd"} <= {one["metadata"]["formula"] for one in competing}
    assert all(len(Structure.from_dict(one["structure"])) for one in jobs["crystals"])


def test_a_run_hands_nothing_on_unless_asked(tmp_path: Path) -> None:
    arguments = ["--dry-run", "--directory", tmp_path, "--configfile", TINY]
    assert not {"export_crystals", "make_handover"} & set(snakemake(ROOT, "all", *arguments).jobs)
    asked = snakemake(ROOT, "export", "handover", *arguments).jobs
    assert (asked["export_crystals"], asked["make_handover"]) == (2, 1)
