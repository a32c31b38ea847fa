"""Noise on crystals, and what takes it back."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ccdcgan.crystals.arrays import COLUMNS, ROWS
from ccdcgan.networks.denoiser import STRAIN

LEAST, MOST = 0.03, 1.5  # Å; noise levels
LARGEST = 0.35  # strain component; larger ones are cut


def disturbed(
    crystals: Mapping[str, NDArray], level: NDArray, random: np.random.Generator
) -> dict[str, NDArray]:
    """Crystals with noise of some levels (b,; Å), and the moves and strains that take it back."""
    species, coords = crystals["species"], crystals["coords"]
    axes = axes_of_cells(crystals["cell"])
    change = symmetric_noise(random, len(axes)) * STRAIN * level[:, None, None]
    change = np.clip(change, -LARGEST, LARGEST)
    strained = axes @ (np.eye(3) + change)
    steps = random.standard_normal(coords.shape) * level[:, None, None]
    moved = coords + steps @ np.linalg.inv(strained)
    used = (species > 0)[:, :, None]
    back = coords - moved
    back = (back - np.round(back)) @ strained * used
    back -= back.sum(axis=1, keepdims=True) / used.sum(axis=1, keepdims=True) * used
    found = {
        "coords": moved % 1,
        "axes": strained,
        "level": level,
        "moves": back / level[:, None, None],
        "strain": -change / (STRAIN * level[:, None, None]),
    }
    return {"species": species, **{name: values.astype("f4") for name, values in found.items()}}


def symmetric_noise(random: np.random.Generator, number: int) -> NDArray:
    values = random.standard_normal((number, 3, 3))
    return (values + np.swapaxes(values, 1, 2)) / 2


def axes_of_cells(cell: NDArray) -> NDArray:
    axes = np.zeros((len(cell), 3, 3))
    axes[:, ROWS, COLUMNS] = cell
    return axes
