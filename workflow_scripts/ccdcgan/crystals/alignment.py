"""What turns one crystal into another of the same atoms: a strain and displacements."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pymatgen.analysis.structure_matcher import StructureMatcher
from pymatgen.core import Structure

MATCHER = StructureMatcher(ltol=0.3, stol=0.5, angle_tol=10.0, primitive_cell=False)
"""At the tolerances of CDVAE (Xie et al., ICLR 2022)."""


@dataclass(frozen=True)
class Alignment:
    """A symmetric strain (3, 3) of a crystal's axes, and displacements (n, 3; Å) of its atoms.

    The axes A (rows) become A(1 + strain); displacements are in the crystal before the strain, and
    their mean is zero.
    """

    strain: NDArray[np.float64]
    displacements: NDArray[np.float64]


def align(start: Structure, end: Structure) -> Alignment | None:
    """Find what turns a crystal into another one, up to rotations, reflections and the origin.

    Both are cells of the same atoms. The cell of `end` that is most like `start`, and which atoms
    belong together, are StructureMatcher's; the rotation is taken off by the polar decomposition.
    None where the two do not match.
    """
    like = MATCHER.get_s2_like_s1(start, end)
    if like is None:
        return None
    axes = start.lattice.matrix
    change = np.linalg.solve(axes, like.lattice.matrix)
    left, stretches, _ = np.linalg.svd(change)
    strain = left @ np.diag(stretches) @ left.T - np.eye(3)
    moved = like.frac_coords - start.frac_coords
    displacements = (moved - np.round(moved)) @ axes
    return Alignment(strain, displacements - displacements.mean(axis=0))
