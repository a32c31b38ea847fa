"""A relaxation job that is killed goes on where it stopped."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from ase.build import bulk
from ase.calculators.emt import EMT
from pymatgen.core import Lattice, Structure

from ccdcgan.core.tables import write_table
from ccdcgan.crystals.table import Crystals
from runs import ROOT, copy_repository

EMT_PATH = "ase.calculators.emt:EMT"
TARGET = "results/relax/dcgan/shard-0000.parquet"
L12 = Structure.from_spacegroup(
    "Pm-3m", Lattice.cubic(3.75), ["Au", "Cu"], [[0, 0, 0], [0, 0.5, 0.5]]
)
CRYSTALS = 15


def prepare(folder: Path, workflow: Path = ROOT) -> list[str]:
    """What the job reads, and the command that runs it alone."""
    phase = Crystals.of_structures({"aucu3": L12}).assign(kind="phase")
    phase = phase.assign(formation_energy_per_atom=-0.05)
    phase.write(folder / "results/data/structures.parquet", {})
    rows = []
    for symbol in ("Au", "Cu"):
        atoms = bulk(symbol)
        atoms.calc = EMT()
        rows.append({"element": symbol, "energy_per_atom": atoms.get_potential_energy()})
    elements = pd.DataFrame(rows).assign(potential=EMT_PATH)
    write_table(folder / "results/data/elements.csv", elements)
    rng = np.random.default_rng(1)
    crystals = {}
    for number in range(CRYSTALS):
        crystal = L12 * (2, 1, 1)
        for site in range(len(crystal)):
            crystal.translate_sites([site], rng.normal(0, 0.05, 3))
        crystals[f"dcgan-{number:06d}"] = crystal
    Crystals.of_structures(crystals).write(folder / "results/screen/dcgan/novel.parquet", {})
    settings = {"name": EMT_PATH, "fmax": 0.03, "max_steps": 200}
    overlay = {"potential": settings, "relax": {"max_structures": 100, "shards": 1}}
    (folder / "overlay.yaml").write_text(yaml.safe_dump(overlay))
    # A kill leaves the folder locked.
    command = [sys.executable, "-m", "snakemake", "--cores", "1", "--nolock", "--rerun-incomplete"]
    command += ["--snakefile", str(workflow / "Snakefile"), "--directory", str(folder)]
    command += ["--configfile", str(folder / "overlay.yaml"), "--allowed-rules", "relax_crystals"]
    return [*command, "--", TARGET]


def finish(command: list[str], folder: Path) -> str:
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-5000:]
    assert not list((folder / "results/relax").rglob("*.partial"))
    return done.stderr


def kill_in_the_middle(command: list[str], journal: Path) -> int:
    """Kill the job as soon as a few crystals stand in its journal; how many they are."""
    process = subprocess.Popen(command, start_new_session=True, stderr=subprocess.PIPE, text=True)
    while not journal.exists() or journal.read_bytes().count(b"\n") < 5:
        assert process.poll() is None, process.communicate()[1][-5000:]
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    return journal.read_bytes().count(b"\n") - 1


def test_a_killed_job_goes_on_where_it_stopped(tmp_path: Path) -> None:
    undisturbed, killed = tmp_path / "undisturbed", tmp_path / "killed"
    finish(prepare(undisturbed), undisturbed)
    command = prepare(killed)
    done = kill_in_the_middle(command, killed / f"{TARGET}.partial")
    assert 4 <= done < CRYSTALS and not (killed / TARGET).exists()
    assert f"going on after {done} finished ones" in finish(command, killed)
    assert (killed / TARGET).read_bytes() == (undisturbed / TARGET).read_bytes()


def test_a_killed_job_goes_on_after_edits_that_decide_nothing(tmp_path: Path) -> None:
    """A comment in what relaxes, a statement in what does not; then another criterion of forces."""
    repository, folder = copy_repository(tmp_path / "repository"), tmp_path / "run"
    journal = folder / f"{TARGET}.partial"
    command = prepare(folder, repository)
    done = kill_in_the_middle(command, journal)
    library = repository / "workflow_scripts" / "ccdcgan"
    for name, text in [("stability/relax.py", "# changed\n"), ("core/jobs.py", "CHANGED = 1\n")]:
        with (library / name).open("a") as file:
            file.write(text)
    assert f"going on after {done} finished ones" in finish(command, folder)

    (folder / TARGET).unlink()
    kill_in_the_middle(command, journal)
    overlay = folder / "overlay.yaml"
    overlay.write_text(overlay.read_text().replace("fmax: 0.03", "fmax: 0.04"))
    log = finish(command, folder)
    assert "begun anew" in log and "going on after" not in log
