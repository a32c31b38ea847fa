"""Volumes of atoms from those of cells."""

import numpy as np
import pytest

from ccdcgan.crystals.compositions import count_atoms
from ccdcgan.crystals.volumes import SMALLEST, atomic_volumes

LITHIUM, OXYGEN, CADMIUM = 3, 8, 48


def test_volumes_of_atoms_add_up_to_the_cells() -> None:
    counts = count_atoms([["Cd", "Li"], ["Cd", "Li", "Li", "Li"], ["Cd"] * 2])
    volumes = atomic_volumes(counts, np.array([36.0, 80.0, 28.0]))
    assert volumes.shape == (100,)
    assert (volumes[CADMIUM], volumes[LITHIUM]) == pytest.approx((14.0, 22.0))
    assert not np.delete(volumes, [CADMIUM, LITHIUM]).any()


def test_relative_errors_are_what_is_least() -> None:
    """Of 1 - v/10 and 1 - v/30, v = 12 has the least sum of squares; their mean would be 20."""
    volumes = atomic_volumes(count_atoms([["Li"], ["Li"]]), np.array([10.0, 30.0]))
    assert volumes[LITHIUM] == pytest.approx(12.0)


def test_no_atom_takes_up_nothing() -> None:
    counts = count_atoms([["Li", "O"], ["Li"]])
    volumes = atomic_volumes(counts, np.array([20.0, 20.0]))
    assert volumes[OXYGEN] == SMALLEST
