"""Decks of the known phases that candidates compete with."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from ase.build import bulk
from pymatgen.core import Structure
from pymatgen.io.ase import AseAtomsAdaptor

from builders.decks import CDLI, CELLS, COHF, COO, DECK_SETTINGS, molecule
from builders.settings import changed
from ccdcgan.crystals.table import Crystals
from ccdcgan.dft.candidates import table as candidates_table
from ccdcgan.dft.competing_phases import competing_phases, write_competing_decks

COLUMNS = ["id", "source", "formula", "formation_energy", "e_above_known_hull"]


@pytest.mark.parametrize(
    ("above", "ids"),
    [(0.0, "adi"), (0.02, "acdei"), (0.05, "acdegi"), (0.2, "abcdeghi")],
)
def test_competing_are_the_elements_and_what_lies_near_the_hull(above: float, ids: str) -> None:
    rows = [
        ("a", "known", "Cd", 0.0, 0.0),
        ("b", "known", "Cd", 0.1, 0.1),
        ("c", "known", "Li", 0.02, 0.02),
        ("i", "known", "Li", 0.0, 0.0),
        ("d", "known", "LiCd", -0.25, 0.0),
        ("e", "known", "LiCd", -0.23, 0.02),
        ("h", "known", "Li3Cd", -0.05, 0.1),
        ("g", "known", "Li3Cd", -0.1, 0.05),
        ("f", "dcgan", "LiCd", -0.3, -0.05),
    ]
    chosen = competing_phases(pd.DataFrame(rows, columns=COLUMNS), above)
    assert sorted(chosen["id"]) == list(ids)
    firsts = chosen.drop_duplicates("formula")["formation_energy"]
    assert (
        firsts.tolist() == chosen.groupby("formula", sort=False)["formation_energy"].min().tolist()
    )


def test_prototypes_compete_where_no_phase_is_known() -> None:
    rows = [
        ("a", "prototype", "Cd", 0.0, 0.0),
        ("b", "prototype", "LiCd", -0.2, 0.02),
        ("c", "dcgan", "LiCd", -0.3, -0.1),
    ]
    hull = pd.DataFrame(rows, columns=COLUMNS)
    assert list(competing_phases(hull, 0.05)["id"]) == ["a", "b"]
    known = pd.DataFrame([("k", "known", "Cd", 0.0, 0.0)], columns=COLUMNS)
    assert list(competing_phases(pd.concat([hull, known]), 0.05)["id"]) == ["k"]


def test_without_a_hull_the_lowest_phases_of_the_elements_remain() -> None:
    """The reduced formula of molecular oxygen is O2, and it is an element all the same."""
    rows = [
        ("a", "known", "O2", 0.01, np.nan),
        ("b", "known", "O2", 0.0, np.nan),
        ("c", "known", "CoO", -1.0, np.nan),
    ]
    assert list(competing_phases(pd.DataFrame(rows, columns=COLUMNS), 0.05)["id"]) == ["b"]


def written(
    folder: Path, phases: dict[str, tuple[Structure, float]], source: str = "known"
) -> pd.DataFrame:
    """The calculations of known phases alone: structures with their energies above the hull."""
    rows = [
        (name, source, cell.composition.reduced_formula, above, above, "")
        for name, (cell, above) in phases.items()
    ]
    return write_competing_decks(
        folder,
        pd.DataFrame(rows, columns=[*COLUMNS, "matches"]),
        candidates_table([], hubbard="mp"),
        Crystals.of_structures({name: cell for name, (cell, _) in phases.items()}),
        settings=changed(DECK_SETTINGS, kpoint_spacing=0.5),
        engine="gpaw",
        above=0.05,
        potential="7net-0",
        provenance={"config_digest": "ab12", "seed": 7, "versions": {}},
    )


def test_a_reference_phase_gets_a_deck_that_says_so(tmp_path: Path) -> None:
    lithium, cadmium = (AseAtomsAdaptor.get_structure(CELLS[name]) for name in ("Li", "Cd"))
    calculations = written(tmp_path / "decks", {"li-1": (lithium, 0.0), "cd-1": (cadmium, 0.0)})
    assert calculations["name"].tolist() == ["Cd-cd-1", "Li-li-1"]
    text = (tmp_path / "decks" / "Li-li-1" / "README.md").read_text()
    for expected in ("known phase: li-1 of the data", "python relax.py", "7net-0"):
        assert expected in text
    assert "generated" not in text
    assert (tmp_path / "decks" / "Li-li-1" / "gpaw" / "relax.py").is_file()


def test_a_prototype_is_called_one(tmp_path: Path) -> None:
    calculations = written(tmp_path, {"cdli": (CDLI, 0.0)}, source="prototype")
    assert calculations["source"].tolist() == ["prototype"]
    text = (tmp_path / "LiCd-cdli" / "README.md").read_text()
    assert "prototype: cdli of the data" in text and "known phase" not in text


def test_calculations_say_which_have_a_u(tmp_path: Path) -> None:
    phases = {"coo": (COO, 0.0), "o2": (molecule("O", 1.21), 0.0), "cohf": (COHF, 0.0)}
    calculations = written(tmp_path, phases).set_index("id")
    assert calculations["hubbard_u"].to_dict() == {
        "coo": "Co 3.32 eV",
        "o2": "none",
        "cohf": "none",
    }
    assert "PBE with a Hubbard U on Co 3.32 eV" in (tmp_path / "CoO-coo" / "README.md").read_text()
    assert "PBE without a Hubbard U" in (tmp_path / "O2-o2" / "README.md").read_text()


def test_polymorphs_have_decks_of_their_own_and_equal_ones_share_one(tmp_path: Path) -> None:
    lattices = {"bcc": 3.4, "fcc": 4.3, "sc": 2.8}
    made = [bulk("Li", kind, edge) for kind, edge in lattices.items()]
    cells = [AseAtomsAdaptor.get_structure(cell) for cell in made]
    same = cells[0].copy().apply_strain(0.001)
    phases = {
        "again": (same, 0.003),
        "bcc": (cells[0], 0.0),
        "fcc": (cells[1], 0.002),
        "sc": (cells[2], 0.12),
    }
    calculations = written(tmp_path / "decks", phases)
    assert calculations["id"].tolist() == ["bcc", "fcc"]
    folders = sorted(path.name for path in (tmp_path / "decks").iterdir())
    assert folders == calculations["name"].tolist() == ["Li-bcc", "Li-fcc"]
