"""Decks of the known phases that candidates compete with."""

from pathlib import Path

import pandas as pd
from pymatgen.io.ase import AseAtomsAdaptor

from builders.decks import CELLS, DECK_SETTINGS
from builders.settings import changed
from ccdcgan.crystals.table import Crystals
from ccdcgan.dft.candidates import table as candidates_table
from ccdcgan.dft.competing_phases import competing_phases, write_competing_decks


def test_references_are_the_elements_and_what_lies_on_the_hull() -> None:
    rows = [
        ("a", "known", "Cd", 0.0, 0.0),
        ("b", "known", "Cd", 0.1, 0.1),
        ("c", "known", "Li", 0.002, 0.002),
        ("d", "known", "LiCd", -0.25, 0.0),
        ("e", "known", "Li3Cd", -0.1, 0.05),
        ("f", "dcgan", "LiCd", -0.3, -0.05),
    ]
    columns = ["id", "source", "formula", "formation_energy", "e_above_known_hull"]
    assert list(competing_phases(pd.DataFrame(rows, columns=columns))["id"]) == ["a", "c", "d"]


def test_a_reference_phase_gets_a_deck_that_says_so(tmp_path: Path) -> None:
    rows = pd.DataFrame(
        [("li-1", "known", "Li", 0.0, 0.0, ""), ("cd-1", "known", "Cd", 0.0, 0.0, "")],
        columns=["id", "source", "formula", "formation_energy", "e_above_known_hull", "matches"],
    )
    cells = {"li-1": CELLS["Li"], "cd-1": CELLS["Cd"]}
    phases = {name: AseAtomsAdaptor.get_structure(cell) for name, cell in cells.items()}
    calculations = write_competing_decks(
        tmp_path / "decks",
        rows,
        candidates_table([]),
        Crystals.of_structures(phases),
        settings=changed(DECK_SETTINGS, candidates=1, kpoint_spacing=0.5),
        engine="gpaw",
        potential="7net-0",
        provenance={"config_digest": "ab12", "seed": 7, "versions": {}},
    )
    assert calculations["name"].tolist() == ["Cd", "Li"]
    text = (tmp_path / "decks" / "Li" / "README.md").read_text()
    for expected in ("known phase: li-1 of the data", "python relax.py", "7net-0"):
        assert expected in text
    assert "generated" not in text
    assert (tmp_path / "decks" / "Li" / "gpaw" / "relax.py").is_file()
