"""Known phases of a run whose data bring other energies than the potential's."""

from pathlib import Path

import pandas as pd
import yaml
from pymatgen.core import Lattice, Structure

from ccdcgan.crystals.table import from_structure
from runs import ROOT, snakemake

FACES = [[0, 0, 0], [0, 0.5, 0.5]]


def overlay(folder: Path, **sections: object) -> list[str | Path]:
    """Au and Cu with compounds in a local file, relaxed by ASE's effective-medium potential."""
    cubic = Lattice.cubic(3.9)
    structures = {
        "cu": Structure(Lattice.cubic(3.6), ["Cu"] * 4, [*FACES, [0.5, 0, 0.5], [0.5, 0.5, 0]]),
        "aucu3": Structure.from_spacegroup("Pm-3m", cubic, ["Au", "Cu"], FACES),
        "au3cu": Structure.from_spacegroup("Pm-3m", cubic, ["Cu", "Au"], FACES),
        "aucu": Structure(Lattice.cubic(3.1), ["Au", "Cu"], [[0, 0, 0], [0.5, 0.5, 0.5]]),
    }
    rows = [
        {"id": name, **from_structure(structure), "formation_energy_per_atom": -0.5}
        for name, structure in structures.items()
    ]
    pd.DataFrame(rows).to_parquet(folder / "mine.parquet")
    config = {
        "systems": ["Au-Cu"],
        "potential": {"name": "ase.calculators.emt:EMT"},
        "data": {"source": "local", "path": "mine.parquet", "shards": 1},
        "known_phases": {"path": None, "max_above_hull": 0.5},
    }
    (folder / "overlay.yaml").write_text(yaml.safe_dump(config | sections))
    return ["--directory", folder, "--configfile", folder / "overlay.yaml"]


def test_the_data_of_a_file_become_known_phases_by_the_potential(tmp_path: Path) -> None:
    target = "results/references/Au-Cu/phases.parquet"
    run = snakemake(ROOT, *overlay(tmp_path), "--", target)
    assert run.status == 0, run.output[-5000:]
    assert not list(tmp_path.rglob("*.partial"))
    table = pd.read_parquet(tmp_path / target).set_index("id")
    assert {"cu", "aucu3", "au3cu", "aucu"} <= set(table.index)
    assert (table["dropped"] == "").all() and set(table["energy_scheme"]) == {
        "ase.calculators.emt:EMT, MP2020 corrections"
    }
    # Not the file's −0.5: by the potential the ordered phases lie little below the elements.
    assert table["formation_energy_per_atom"].between(-0.1, 0.2).all()
    assert table.loc["aucu3", "formation_energy_per_atom"] < 0
    elements = pd.read_csv(tmp_path / "results/data/elements.csv").set_index("element")
    assert set(elements.index) == {"Au", "Cu"}
    assert elements["version"].str.fullmatch(r"ase [\d.]+").all()


def test_a_hull_by_the_source_needs_no_phase_by_the_potential(tmp_path: Path) -> None:
    target = "results/hull/Au-Cu/hull.svg"
    run = snakemake(ROOT, *overlay(tmp_path), "--dry-run", "--", target)
    assert run.status == 0 and run.jobs["relax_known_phases"] == 1, run.output[-5000:]
    arguments = overlay(tmp_path, hull={"reference": "source", "corrections": "none"})
    run = snakemake(ROOT, *arguments, "--dry-run", "--", target)
    assert run.status == 0 and "relax_known_phases" not in run.jobs, run.output[-5000:]
    assert run.jobs["relax_elements"] == 1  # the zero of the crystals' formation energies


def test_a_table_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    arguments = overlay(tmp_path, known_phases={"path": "none.parquet"})
    run = snakemake(ROOT, *arguments, "--dry-run", "--", "hull")
    assert run.status != 0
    (line,) = [line for line in run.output.splitlines() if "known_phases.path" in line]
    assert "none.parquet does not exist; null does without" in line
