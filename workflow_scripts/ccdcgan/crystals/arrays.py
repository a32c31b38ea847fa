"""Crystals as arrays, as the networks over atoms read them."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pymatgen.core import Element, Lattice, Structure

from ccdcgan.core.errors import InputError

MAX_ATOMS = 20  # of a cell, as in the paper: its 800 numbers are 40 for each atom
CELL = 6  # numbers of the lower triangle of the Cholesky factor of the metric
ROWS, COLUMNS = np.tril_indices(3)
ROUND = 4  # widths of a batch are multiples of this, so that few different ones occur


def crystal_arrays(structures: pd.DataFrame) -> dict[str, NDArray]:
    """Return the atoms of some rows of the table of structures, element by element.

    `species` (n, MAX_ATOMS), 0 where there is no atom; `coords` (n, MAX_ATOMS, 3), fractional;
    `cell` (n, 6; Å), the lower triangle of the axes. Raises `InputError` for a larger crystal.
    """
    coords = np.zeros((len(structures), MAX_ATOMS, 3), "f4")
    species = np.zeros((len(structures), MAX_ATOMS), "i4")
    cells = np.zeros((len(structures), CELL), "f4")
    for place, row in enumerate(structures.itertuples()):
        numbers = np.array([Element(symbol).Z for symbol in row.species])
        if len(numbers) > MAX_ATOMS:
            raise InputError(
                f"structure {row.id}: {len(numbers)} atoms, but the networks see at most "
                f"{MAX_ATOMS}; lower data.filters.max_sites"
            )
        order = np.argsort(numbers, kind="stable")
        species[place, : len(order)] = numbers[order]
        coords[place, : len(order)] = np.reshape(row.frac_coords, (-1, 3))[order]
        matrix = np.reshape(row.lattice, (3, 3))
        cells[place] = np.linalg.cholesky(matrix @ matrix.T)[ROWS, COLUMNS]
    return {"species": species, "coords": coords, "cell": cells}


def select(crystals: Mapping[str, NDArray], rows: NDArray[np.integer]) -> dict[str, NDArray]:
    """Select some crystals, with no more places for atoms than the largest of them needs."""
    species = crystals["species"][rows]
    width = width_of(species)
    return {
        "species": species[:, :width],
        "coords": crystals["coords"][rows, :width],
        "cell": crystals["cell"][rows],
    }


def width_of(species: NDArray[np.integer]) -> int:
    """Return how many places for atoms a batch (b, n) needs, a multiple of `ROUND`."""
    return min(MAX_ATOMS, -(-int((species > 0).sum(axis=1).max()) // ROUND) * ROUND)


def structure_of(crystals: Mapping[str, NDArray], place: int) -> Structure:
    """Make the structure of one of some crystals; see `crystal_arrays`."""
    species = crystals["species"][place]
    atoms = np.count_nonzero(species)
    lattice = Lattice(axes_of_cells(crystals["cell"][place][None])[0])
    return Structure(lattice, species[:atoms].tolist(), crystals["coords"][place, :atoms])


def axes_of_cells(cell: NDArray) -> NDArray:
    """Return the axes (b, 3, 3; rows) of lower triangles (b, 6)."""
    axes = np.zeros((len(cell), 3, 3))
    axes[:, ROWS, COLUMNS] = cell
    return axes


def cells_of_axes(axes: NDArray) -> NDArray:
    """Return the lower triangles (b, 6) of axes (b, 3, 3; rows), turned as those are."""
    return np.linalg.cholesky(axes @ np.swapaxes(axes, 1, 2))[:, ROWS, COLUMNS]
