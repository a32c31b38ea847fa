"""Changes of a crystal that keep its symmetry."""

import numpy as np
from numpy.typing import NDArray
from pymatgen.core import Structure

from ccdcgan.crystals.cells import symmetry_of


def symmetric_change(
    structure: Structure,
    displacements: NDArray[np.floating],
    strain: NDArray[np.floating],
    tolerance: float,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Take the part of displacements (n, 3; Å) and a strain (3, 3) that keeps the space group.

    The means over all of the operations that the crystal has within `tolerance` (Å). The axes A
    (rows) are to become A(1 + strain). As they are where no symmetry is found.
    """
    try:
        found = symmetry_of(structure, tolerance).operations
    except ValueError:
        return np.asarray(displacements, dtype=float), np.asarray(strain, dtype=float)
    axes, coords = structure.lattice.matrix, structure.frac_coords
    numbers = np.array(structure.atomic_numbers)
    inverse = np.linalg.inv(axes)
    moved, strained = np.zeros((len(structure), 3)), np.zeros((3, 3))
    for rotation, translation in zip(found.rotations, found.translations, strict=True):
        turn = inverse @ np.asarray(rotation, dtype=float).T @ axes
        images = coords @ np.asarray(rotation, dtype=float).T + translation
        apart = images[:, None] - coords[None]
        apart = np.linalg.norm((apart - np.round(apart)) @ axes, axis=-1)
        apart[numbers[:, None] != numbers[None]] = np.inf
        moved[apart.argmin(axis=1)] += displacements @ turn
        strained += turn.T @ strain @ turn
    return moved / len(found.rotations), strained / len(found.rotations)
