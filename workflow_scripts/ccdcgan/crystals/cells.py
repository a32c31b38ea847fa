"""Standard cells of crystals."""

import logging

import moyopy
import numpy as np
from moyopy.interface import MoyoAdapter
from pymatgen.core import Element, Lattice, Structure

PRIMITIVE = "primitive"
NIGGLI = "niggli"
AS_GIVEN = "as_given"
SYMMETRY_TOLERANCE = 0.01
"""Å; of every search for symmetry in training structures."""


# It warns of each cell whose own operations are fewer than its primitive cell's.
for _name in ("moyo", "moyopy"):  # as different versions call themselves
    logging.getLogger(_name).setLevel(logging.ERROR)


def symmetry_of(structure: Structure, tolerance: float) -> moyopy.MoyoDataset:
    """Find the symmetry of a structure within a tolerance (Å); ValueError where it has none."""
    return moyopy.MoyoDataset(MoyoAdapter.from_structure(structure), symprec=tolerance)


def standard_cell(structure: Structure, cell: str) -> tuple[Structure, int]:
    """Bring a structure into its standard cell, and find the number of its space group.

    cell: `primitive`, the standardised primitive cell (moyo's, which follows the International
    Tables), whose axes and origin depend on the symmetry alone; `niggli`, that cell with its axes
    Niggli-reduced, as short as they can be; `as_given`.

    Raises ValueError if the search for symmetry fails.
    """
    try:
        found = symmetry_of(structure, SYMMETRY_TOLERANCE)
    except ValueError as error:
        raise ValueError(f"no standard cell: {error}") from None
    if cell == AS_GIVEN:
        return structure, found.number
    standard = found.prim_std_cell
    basis = np.asarray(standard.basis)
    coords = np.asarray(standard.positions)
    if cell == NIGGLI:
        reduced = np.asarray(moyopy.niggli_reduce(basis.tolist())[0])
        coords = coords @ basis @ np.linalg.inv(reduced)
        basis = reduced
    species = [Element.from_Z(number) for number in standard.numbers]
    return Structure(Lattice(basis), species, coords, to_unit_cell=True), found.number
