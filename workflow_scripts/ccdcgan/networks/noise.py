"""Noise on crystals, and the displacements and strains that take it back."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ccdcgan.crystals.arrays import axes_of_cells
from ccdcgan.networks.denoiser import STRAIN

LOWEST, HIGHEST = 0.03, 1.5  # Å; noise levels
MAX_STRAIN = 0.35  # of a component; larger ones are cut


def add_noise(
    crystals: Mapping[str, NDArray], level: NDArray, random: np.random.Generator
) -> dict[str, NDArray]:
    """Add noise of some levels (b,; Å) to crystals.

    Returns `species`, `coords`, `axes` (b, 3, 3; Å) and `level`, and what takes the noise back in
    the units of `Denoiser`: `displacements` (b, n, 3) and `strain` (b, 3, 3).
    """
    species, coords = crystals["species"], crystals["coords"]
    axes = axes_of_cells(crystals["cell"])
    change = symmetric_noise(random, len(axes)) * STRAIN * level[:, None, None]
    change = np.clip(change, -MAX_STRAIN, MAX_STRAIN)
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
        "displacements": back / level[:, None, None],
        "strain": -change / (STRAIN * level[:, None, None]),
    }
    return {"species": species, **{name: values.astype("f4") for name, values in found.items()}}


def symmetric_noise(random: np.random.Generator, number: int) -> NDArray:
    """Draw symmetric matrices (number, 3, 3) of Gaussian noise."""
    values = random.standard_normal((number, 3, 3))
    return (values + np.swapaxes(values, 1, 2)) / 2
