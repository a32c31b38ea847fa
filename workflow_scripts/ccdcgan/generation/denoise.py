"""Generated crystals whose parts a denoiser makes fit.

Noise is added to atoms and cell, and a network learns to take it away (score matching, Song and
Ermon, NeurIPS 2019; for crystals CDVAE, Xie et al., ICLR 2022). From a crystal that a generator
placed roughly, less and less noise is taken away and added again, until none is left. What a
network has left undone is made up for by further steps without noise.
"""

import itertools
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ccdcgan.crystals.arrays import MAX_ATOMS, axes_of_cells, cells_of_axes, select
from ccdcgan.networks.denoiser import STRAIN, Denoiser
from ccdcgan.networks.files import to_numpy
from ccdcgan.networks.noise import LOWEST, MAX_STRAIN, symmetric_noise

CHUNK = 64
FINAL_LEVELS = (0.2, 0.05)  # Å; the first and the last level at which a crystal settles …
MOMENTUM = 0.5  # … and the share of a step that is taken again in the next


def denoise(
    model: Denoiser,
    crystals: Mapping[str, NDArray],
    random: Sequence[np.random.Generator],
    *,
    start: float,
    levels: int,
    final_steps: int,
) -> dict[str, NDArray]:
    """Move atoms and cells of crystals until they fit each other.

    crystals: `species`, `coords` and `cell` as in `crystal_arrays`, which are returned as well.
    start: noise level (Å) of the crystals as they come; levels: steps from it to LOWEST;
    final_steps: steps without noise after them. `random` is one generator a crystal, so that each
    does not depend on those it shares a batch with.
    """
    sizes = (crystals["species"] > 0).sum(axis=1)
    coords, cells = np.array(crystals["coords"], "f8"), np.array(crystals["cell"], "f8")
    order = np.argsort(sizes, kind="stable")
    for first in range(0, len(order), CHUNK):
        rows = order[first : first + CHUNK]
        part = select({**crystals, "coords": coords, "cell": cells}, rows)
        moved, axes = _anneal(model, part, [random[row] for row in rows], start, levels)
        moved, axes = _final_steps(model, part["species"], moved, axes, final_steps)
        coords[rows, : moved.shape[1]] = moved % 1
        cells[rows] = cells_of_axes(axes)
    return {**crystals, "coords": coords.astype("f4"), "cell": cells.astype("f4")}


def _anneal(
    model: Denoiser,
    crystals: Mapping[str, NDArray],
    random: Sequence[np.random.Generator],
    start: float,
    levels: int,
) -> tuple[NDArray, NDArray]:
    """Take noise away and add less again, level by level (Å); returns coordinates and axes."""
    species, coords, axes = crystals["species"], crystals["coords"], axes_of_cells(crystals["cell"])
    used = (species > 0)[:, :, None]
    ladder = np.append(np.geomspace(start, LOWEST, levels), 0.0)
    for level, following in itertools.pairwise(ladder):
        displacements, strain = _predict(model, species, coords, axes, level)
        share = 1 - (following / level) ** 2
        spread = np.sqrt(share) * following
        noise = np.stack([one.standard_normal((MAX_ATOMS, 3)) for one in random])
        noise = noise[:, : coords.shape[1]]  # whatever the width of the batch
        strains = np.stack([symmetric_noise(one, 1)[0] for one in random])
        change = STRAIN * (share * level * strain + spread * strains)
        step = share * level * displacements + spread * noise * used
        coords = coords + step @ np.linalg.inv(axes)
        axes = axes @ (np.eye(3) + np.clip(change, -MAX_STRAIN, MAX_STRAIN))
    return coords, axes


def _final_steps(
    model: Denoiser, species: NDArray, coords: NDArray, axes: NDArray, steps: int
) -> tuple[NDArray, NDArray]:
    """Repeat small steps: of one alone much of the noise is left (see docs/NETWORKS.md)."""
    step, change = np.zeros(coords.shape), np.zeros(axes.shape)
    for level in np.geomspace(*FINAL_LEVELS, steps):
        displacements, strain = _predict(model, species, coords, axes, level)
        step = MOMENTUM * step + level * displacements
        change = MOMENTUM * change + STRAIN * level * strain
        coords = coords + step @ np.linalg.inv(axes)
        axes = axes @ (np.eye(3) + np.clip(change, -MAX_STRAIN, MAX_STRAIN))
    return coords, axes


def _predict(
    model: Denoiser, species: NDArray, coords: NDArray, axes: NDArray, level: float
) -> tuple[NDArray, NDArray]:
    """Predict displacements and strains, in their units, that take a level (Å) of noise back."""
    inputs = {
        "species": species,
        "coords": coords.astype("f4"),
        "axes": axes.astype("f4"),
        "level": np.full(len(coords), level, "f4"),
    }
    displacements, strain = (to_numpy(part) for part in model.predict_on_batch(inputs))
    return displacements, strain
