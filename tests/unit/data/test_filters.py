"""Faults of structures, and rows without atoms."""

import pandas as pd
import pytest
from pymatgen.core import DummySpecies, Lattice, Structure

from builders.prototypes import FILTERS, cdli, row
from ccdcgan.crystals.table import Crystals, write_structures
from ccdcgan.data.filters import as_row


@pytest.mark.parametrize(
    ("structure", "reason"),
    [
        (Structure(Lattice.cubic(3), [{"Cd": 0.5, "Li": 0.5}], [[0, 0, 0]]), "partial occupancy"),
        (Structure(Lattice.cubic(3), [{"Cd": 0.5}], [[0, 0, 0]]), "partial occupancy"),
        (Structure(Lattice.cubic(3), [DummySpecies("Xx")], [[0, 0, 0]]), "unknown species: Xx"),
        (Structure(Lattice.cubic(3), ["Fm"], [[0, 0, 0]]), "unknown species: Fm"),
        (cdli() * [1, 1, 3], "too many atoms: 6 of at most 4"),
        (cdli(7.5), "cell too long: 7.50 Å of at most 7 Å"),
        (cdli(0.5), "atoms too close: 0.43 Å"),
        (Structure(Lattice.cubic(0.4), ["Cd"], [[0, 0, 0]]), "atoms too close: 0.40 Å"),
        (cdli(), ""),
    ],
)
def test_fault_of_a_structure(structure, reason):
    dropped = as_row("x", structure, "test", FILTERS)["dropped"]
    assert dropped.startswith(reason)
    assert bool(dropped) == bool(reason)


def test_disordered_structure_is_a_row_without_atoms(tmp_path):
    disordered = Structure(Lattice.cubic(3), [{"Cd": 0.5, "Li": 0.5}], [[0, 0, 0]])
    table = pd.DataFrame([row("good", cdli(), -1.0), row("bad", disordered, -1.0)])
    write_structures(tmp_path / "t.parquet", table, {})
    back = Crystals.read(tmp_path / "t.parquet").table.set_index("id")
    assert back.loc["bad", "dropped"].startswith("partial occupancy")
    assert back.loc["bad", "species"] is None
    assert list(back.loc["good", "species"]) == ["Cd", "Li"]
