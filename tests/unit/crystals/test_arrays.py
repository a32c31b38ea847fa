"""Atoms of crystals as arrays: element by element, in a cell of six numbers."""

import numpy as np
import pandas as pd
import pytest
from pymatgen.core import Lattice, Structure

from ccdcgan.core.errors import InputError
from ccdcgan.crystals.arrays import COLUMNS, MAX_ATOMS, ROWS, crystal_arrays, select, structure_of
from ccdcgan.crystals.table import from_structure

HAFNIUM_FIRST = Structure(
    Lattice.from_parameters(3.0, 4.1, 5.3, 71, 83, 97),
    ["Hf", "Co", "Co"],
    [[0.1, 0.2, 0.3], [0.5, 0.6, 0.7], [0.9, 0.8, 0.4]],
)


def arrays(*structures: Structure) -> dict[str, np.ndarray]:
    rows = [{"id": f"s{n}", **from_structure(one)} for n, one in enumerate(structures)]
    return crystal_arrays(pd.DataFrame(rows))


def chain(atoms: int) -> Structure:
    coords = [[n / atoms, 0, 0] for n in range(atoms)]
    return Structure(Lattice.orthorhombic(3 * atoms, 3, 3), ["Li"] * atoms, coords)


def test_atoms_come_element_by_element() -> None:
    found = arrays(HAFNIUM_FIRST)
    assert found["species"].shape == (1, MAX_ATOMS)
    assert found["species"][0, :4].tolist() == [27, 27, 72, 0]
    np.testing.assert_allclose(found["coords"][0, 2], [0.1, 0.2, 0.3], atol=1e-6)
    assert not found["coords"][0, 3:].any()


def test_the_cell_holds_lengths_and_angles_whatever_the_orientation() -> None:
    found = arrays(HAFNIUM_FIRST)["cell"][0]
    axes = np.zeros((3, 3))
    axes[ROWS, COLUMNS] = found
    lattice = Lattice(axes)
    np.testing.assert_allclose(lattice.abc, HAFNIUM_FIRST.lattice.abc, rtol=1e-5)
    np.testing.assert_allclose(lattice.angles, HAFNIUM_FIRST.lattice.angles, rtol=1e-5)
    turned = HAFNIUM_FIRST.copy()
    turned.lattice = Lattice(HAFNIUM_FIRST.lattice.matrix[:, [1, 2, 0]])
    np.testing.assert_allclose(arrays(turned)["cell"][0], found, rtol=1e-5)


def test_a_crystal_larger_than_the_networks_see_is_named() -> None:
    assert arrays(chain(MAX_ATOMS))["species"].all()
    with pytest.raises(InputError, match=r"structure s1: 21 atoms, .* data\.filters\.max_sites"):
        arrays(chain(1), chain(MAX_ATOMS + 1))


def test_selected_crystals_are_as_wide_as_the_largest_needs() -> None:
    every = arrays(chain(2), chain(5), chain(MAX_ATOMS))
    for rows, width in (([0], 4), ([1, 0], 8), ([0, 2], MAX_ATOMS)):
        chosen = select(every, np.array(rows))
        assert chosen["species"].shape == (len(rows), width)
        assert chosen["coords"].shape == (len(rows), width, 3)
        np.testing.assert_array_equal(chosen["cell"], every["cell"][rows])
        counts = (chosen["species"] > 0).sum(axis=1)
        assert counts.tolist() == [[2, 5, MAX_ATOMS][row] for row in rows]


def test_the_structure_of_arrays_is_the_one_that_they_are_of() -> None:
    given = arrays(chain(3), HAFNIUM_FIRST)
    found = structure_of(given, 1)
    assert found.composition == HAFNIUM_FIRST.composition
    np.testing.assert_allclose(
        found.distance_matrix[0, 1:], HAFNIUM_FIRST.distance_matrix[1, [2, 0]], rtol=1e-5
    )
    assert found.volume == pytest.approx(HAFNIUM_FIRST.volume, rel=1e-5)
