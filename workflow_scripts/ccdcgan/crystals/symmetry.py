"""Changes of a crystal that keep its symmetry, and the symbols of space groups."""

import re

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pymatgen.core import Structure
from pymatgen.symmetry.groups import sg_symbol_from_int_number

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


def space_group_symbol(number: float | None) -> str:
    """Return the short symbol of a space group, `C2/m` of 12; `P1` where none was found."""
    known = 1 if number is None or pd.isna(number) else max(int(number), 1)
    # Of a monoclinic group pymatgen names all three axes: C12/m1.
    return re.sub(r"^([A-Z])1(.+)1$", r"\1\2", sg_symbol_from_int_number(known))
