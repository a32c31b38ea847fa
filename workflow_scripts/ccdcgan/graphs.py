"""The layout of a crystal graph: 160×160 numbers as a 10×10 board of 16×16 tiles.

Tile 0 holds the latent vector of the lattice, tile Z the latent vector of the element with atomic
number Z = 1 … 99. An absent element's tile is exactly zero, so a graph says which elements it
holds (the paper lays its latent vectors out row by row instead; section 2.2).
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ccdcgan.errors import InputError

TILE = 16
BOARD = 10
TILES = BOARD * BOARD
TILE_SIZE = TILE * TILE
MAX_ELEMENTS = 8  # elements of one crystal that the networks read


def assemble(
    lattice: NDArray[np.floating], elements: Mapping[int, NDArray[np.floating]]
) -> NDArray[np.float32]:
    """Lay the latent vectors (at most 256 numbers each) of one crystal out as a graph (160, 160).

    Raises `InputError` for an atomic number outside 1 … 99 or a vector that is too long, not
    finite, or all zero (which would read as an absent element).
    """
    tiles = np.zeros((TILES, TILE_SIZE), dtype=np.float32)
    for number, vector in {0: lattice, **elements}.items():
        what = "the lattice" if number == 0 else f"the element with atomic number {number}"
        if not 0 <= number < TILES:
            raise InputError(f"{what} has no tile: a graph has room for 1 to {TILES - 1}")
        if len(vector) > TILE_SIZE:
            raise InputError(f"{what}: {len(vector)} latent numbers; a tile holds {TILE_SIZE}")
        if not np.isfinite(vector).all() or not np.any(vector):
            raise InputError(f"{what}: its latent vector is not finite, or zero throughout")
        tiles[number, : len(vector)] = vector
    board = tiles.reshape(BOARD, BOARD, TILE, TILE)
    return board.transpose(0, 2, 1, 3).reshape(BOARD * TILE, BOARD * TILE)


def tiles_of(graphs: NDArray[np.floating]) -> NDArray[np.floating]:
    """The tiles (…, 100, 256) of graphs (…, 160, 160): the inverse of the layout."""
    lead = graphs.shape[:-2]
    board = graphs.reshape(*lead, BOARD, TILE, BOARD, TILE)
    return np.swapaxes(board, -3, -2).reshape(*lead, TILES, TILE_SIZE)


def present_elements(graph: NDArray[np.floating]) -> list[int]:
    """The atomic numbers whose tiles are not zero in one graph (160, 160)."""
    return [int(n) for n in np.flatnonzero(tiles_of(graph).any(axis=-1)) if n > 0]
