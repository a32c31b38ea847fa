"""A crystal is turned into another one by what `align` finds, however that one is given."""

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from builders.gan import turned
from builders.templates import B1, B2, crystal
from ccdcgan.crystals.alignment import align

START = Structure(
    Lattice.from_parameters(3.9, 4.6, 6.2, 90, 97, 90),
    ["Co", "Co", "Hf", "Hf", "O"],
    [[0, 0, 0], [0.5, 0.5, 0.1], [0.3, 0.1, 0.5], [0.8, 0.6, 0.6], [0.1, 0.4, 0.8]],
)
STRAIN = np.array([[0.04, 0.01, 0], [0.01, -0.03, 0.02], [0, 0.02, 0.01]])
MOVED = np.array([[0.1, 0, 0], [-0.1, 0.1, 0], [0, -0.1, 0.1], [0, 0, -0.1], [0, 0, 0]])


def changed(start: Structure) -> Structure:
    coords = start.frac_coords + MOVED @ np.linalg.inv(start.lattice.matrix)
    return Structure(start.lattice.matrix @ (np.eye(3) + STRAIN), start.species, coords)


@pytest.mark.parametrize("mirrored", [False, True])
def test_strain_and_displacements_come_back(mirrored: bool) -> None:
    end = turned(changed(START))
    if mirrored:
        mirror = np.diag([1.0, 1.0, -1.0])
        end = Structure(end.lattice.matrix @ mirror, end.species, end.frac_coords)
    found = align(START, end)
    assert found is not None
    np.testing.assert_allclose(found.strain, STRAIN, atol=1e-6)
    np.testing.assert_allclose(found.displacements, MOVED, atol=1e-5)


def test_another_structure_is_none() -> None:
    assert align(crystal(B1, "Na", "Cl", edge=5.6), crystal(B2, "Na", "Cl", edge=3.5)) is None
