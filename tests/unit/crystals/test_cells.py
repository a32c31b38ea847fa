"""Standard cells: one cell for a crystal in any setting."""

import numpy as np
import pytest
from pymatgen.analysis.structure_matcher import StructureMatcher
from pymatgen.core import Lattice, Structure

from builders.sources import SODIUM_CHLORIDE
from ccdcgan.crystals.cells import NIGGLI, standard_cell


def test_cells_of_one_crystal_in_any_setting_are_equal():
    moved = SODIUM_CHLORIDE * [1, 2, 1]
    moved.translate_sites(range(len(moved)), [0.13, 0.21, 0.37])
    for cell in ("primitive", "niggli"):
        first, number = standard_cell(SODIUM_CHLORIDE, cell)
        second, same = standard_cell(moved, cell)
        assert number == same == 225
        assert len(first) == len(second) == 2
        assert np.allclose(first.lattice.parameters, second.lattice.parameters, atol=1e-4)
        assert StructureMatcher(scale=False).fit(first, SODIUM_CHLORIDE)
    given, number = standard_cell(moved, "as_given")
    assert given is moved and number == 225


def test_niggli_cell_has_the_shortest_axes():
    skewed = Structure(Lattice([[4, 0, 0], [11, 3, 0], [9, 7, 5]]), ["Cd"], [[0, 0, 0]])
    cell, _ = standard_cell(skewed, "niggli")
    assert cell.volume == pytest.approx(skewed.volume)
    assert max(cell.lattice.abc) <= max(skewed.lattice.get_niggli_reduced_lattice().abc) + 1e-6


ROCK_SALT = Structure.from_spacegroup(
    "Fm-3m", Lattice.cubic(5.0), ["Cd", "Li"], [[0, 0, 0], [0.5, 0.5, 0.5]]
)


def test_canonical_cell_undoes_supercell_axes_and_origin():
    moved = ROCK_SALT.copy()
    moved.translate_sites(range(len(moved)), [0.13, 0.27, 0.41])
    moved.make_supercell([[1, 1, 0], [0, 1, 0], [0, 0, 2]])
    (first, _), (second, _) = standard_cell(ROCK_SALT, NIGGLI), standard_cell(moved, NIGGLI)
    assert len(first) == 2
    assert np.allclose(first.lattice.parameters, second.lattice.parameters, atol=1e-4)
    # Either kind of atom may be chosen as the origin of rock salt, nothing else.
    for structure in (first, second):
        assert {tuple(np.round(c % 1, 6) % 1) for c in structure.frac_coords} == {
            (0.0, 0.0, 0.0),
            (0.5, 0.5, 0.5),
        }
