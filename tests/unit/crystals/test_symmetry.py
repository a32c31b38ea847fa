"""Changes that keep the symmetry of a crystal."""

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from builders.templates import PEROVSKITE, crystal
from ccdcgan.crystals.symmetry import space_group_symbol, symmetric_change
from ccdcgan.crystals.table import space_group

RANDOM = np.random.default_rng(3)
STRAIN = np.array([[0.03, 0.01, 0.0], [0.01, -0.02, 0.01], [0.0, 0.01, 0.01]])


def applied(one: Structure, moved: np.ndarray, strain: np.ndarray) -> Structure:
    coords = one.frac_coords + moved @ np.linalg.inv(one.lattice.matrix)
    return Structure(one.lattice.matrix @ (np.eye(3) + strain), one.species, coords)


@pytest.mark.parametrize(
    ("one", "group"),
    [
        (crystal(PEROVSKITE, "Ba", "Ti", "O", edge=4.0), 221),
        (
            Structure.from_spacegroup(
                "P6_3/mmc", Lattice.hexagonal(3.2, 5.2), ["Co"], [[1 / 3, 2 / 3, 0.25]]
            ),
            194,
        ),
        (
            Structure.from_spacegroup(
                "P4_2/mnm", Lattice.tetragonal(4.6, 3.0), ["Ti", "O"], [[0] * 3, [0.31, 0.31, 0]]
            ),
            136,
        ),
    ],
    ids=["perovskite", "hcp", "rutile"],
)
def test_the_space_group_is_kept(one: Structure, group: int) -> None:
    moved = RANDOM.normal(0, 0.2, (len(one), 3))
    assert space_group(applied(one, moved, STRAIN)) != group
    assert space_group(applied(one, *symmetric_change(one, moved, STRAIN, 0.1))) == group


def test_what_keeps_it_stays_as_it_is() -> None:
    rutile = Structure.from_spacegroup(
        "P4_2/mnm", Lattice.tetragonal(4.6, 3.0), ["Ti", "O"], [[0] * 3, [0.31, 0.31, 0]]
    )
    other = Structure.from_spacegroup(
        "P4_2/mnm", Lattice.tetragonal(4.7, 2.9), ["Ti", "O"], [[0] * 3, [0.30, 0.30, 0]]
    )
    moved = (other.frac_coords - rutile.frac_coords) @ rutile.lattice.matrix
    strain = np.diag([0.1 / 4.6, 0.1 / 4.6, -0.1 / 3.0])
    found, strained = symmetric_change(rutile, moved, strain, 0.1)
    assert np.abs(moved).max() > 0.04
    np.testing.assert_allclose(found, moved, atol=1e-6)
    np.testing.assert_allclose(strained, strain, atol=1e-6)


def test_atoms_on_one_another_stay_as_they_are() -> None:
    broken = Structure(Lattice.cubic(3.0), ["Co", "Co"], [[0, 0, 0], [0, 0, 0.001]])
    moved = np.array([[0.1, 0, 0], [0, 0.1, 0]])
    found, strained = symmetric_change(broken, moved, STRAIN, 0.1)
    np.testing.assert_array_equal(found, moved)
    np.testing.assert_array_equal(strained, STRAIN)


def test_symbols_of_space_groups_are_the_short_ones() -> None:
    numbers = (12, 225, 1, 150, 0, None, float("nan"))
    symbols = ["C2/m", "Fm-3m", "P1", "P321", "P1", "P1", "P1"]
    assert [space_group_symbol(number) for number in numbers] == symbols
