"""The layouts of a crystal graph, 160×160 numbers.

`tiles`, ours: a 10×10 board of 16×16 tiles. Tile 0 holds the latent vector of the lattice, tile Z
that of the element with atomic number Z = 1 … 99. `rows`, the paper's (section 2.2): the lattice's
numbers in row 0, then 200 numbers an element, one element after the other, row by row. In both an
absent element's numbers are exactly zero, so a graph says which elements it holds.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ccdcgan.core.errors import InputError

GRAPHS = "crystal graphs"  # kind of the shards
TILE = 16
BOARD = 10
SIDE = BOARD * TILE
TILES = BOARD * BOARD
TILE_SIZE = TILE * TILE
ROW_SIZE = 200  # numbers of an element in the paper's layout
ROOM = {"tiles": (TILE_SIZE, TILE_SIZE), "rows": (SIDE, ROW_SIZE)}
"""By layout, how many numbers the lattice and an element may have."""


def assemble(
    lattice: NDArray[np.floating],
    elements: Mapping[int, NDArray[np.floating]],
    layout: str = "tiles",
) -> NDArray[np.float32]:
    """Lay the latent vectors of one crystal out as a graph (160, 160).

    Raises `InputError` for an atomic number outside 1 … 99 or a vector that is too long for the
    layout, not finite, or all zero (which would read as an absent element).
    """
    tiles = np.zeros((TILES, TILE_SIZE), dtype=np.float32)
    for number, vector in {0: lattice, **elements}.items():
        what = "the lattice" if number == 0 else f"the element with atomic number {number}"
        if not 0 <= number < TILES:
            raise InputError(f"{what} has no tile: a graph has room for 1 to {TILES - 1}")
        room = ROOM[layout][number > 0]
        if len(vector) > room:
            raise InputError(f"{what}: {len(vector)} latent numbers; {layout} hold {room}")
        if not np.isfinite(vector).all() or not np.any(vector):
            raise InputError(f"{what}: its latent vector is not finite, or zero throughout")
        tiles[number, : len(vector)] = vector
    return lay_out(tiles, layout)


def lay_out(tiles: NDArray[np.float32], layout: str = "tiles") -> NDArray[np.float32]:
    """Lay latent vectors (…, 100, 256) out as graphs (…, 160, 160); `tiles_of` reads them again."""
    lead = tiles.shape[:-2]
    if layout == "rows":
        flat = np.zeros((*lead, SIDE * SIDE), dtype=tiles.dtype)
        flat[..., :SIDE] = tiles[..., 0, :SIDE]
        rows = tiles[..., 1:, :ROW_SIZE].reshape(*lead, (TILES - 1) * ROW_SIZE)
        flat[..., SIDE : SIDE + rows.shape[-1]] = rows
        return flat.reshape(*lead, SIDE, SIDE)
    board = tiles.reshape(*lead, BOARD, BOARD, TILE, TILE)
    return np.swapaxes(board, -3, -2).reshape(*lead, SIDE, SIDE)


def tiles_of(graphs: NDArray[np.floating], layout: str = "tiles") -> NDArray[np.floating]:
    """Read the latent vectors (…, 100, 256; zeros at their ends) of graphs (…, 160, 160)."""
    lead = graphs.shape[:-2]
    if layout == "rows":
        flat = graphs.reshape(*lead, SIDE * SIDE)
        tiles = np.zeros((*lead, TILES, TILE_SIZE), dtype=graphs.dtype)
        tiles[..., 0, :SIDE] = flat[..., :SIDE]
        rows = flat[..., SIDE : SIDE + (TILES - 1) * ROW_SIZE]
        tiles[..., 1:, :ROW_SIZE] = rows.reshape(*lead, TILES - 1, ROW_SIZE)
        return tiles
    board = graphs.reshape(*lead, BOARD, TILE, BOARD, TILE)
    return np.swapaxes(board, -3, -2).reshape(*lead, TILES, TILE_SIZE)


def present_elements(tiles: NDArray[np.floating]) -> list[int]:
    """Return the atomic numbers of the latent vectors of one graph (100, 256) that are not zero."""
    return [int(n) for n in np.flatnonzero(tiles.any(axis=-1)) if n > 0]
