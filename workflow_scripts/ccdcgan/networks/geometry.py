"""Distances and volumes of generated crystals, held against those of the training crystals."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from keras import ops
from numpy.typing import NDArray

from ccdcgan.crystals.arrays import CELL, COLUMNS, ROWS
from ccdcgan.networks.generator import cell_size
from ccdcgan.networks.message_passing import IMAGES
from ccdcgan.representation.graph_layout import TILES

FAR = 1e6
CONTACT = 0.02  # share of the training pairs of two elements that are closer than a contact
SPREAD = 0.1  # of ln V, the volume a crystal may deviate from that of its composition


def shortest_distances(coords: Any, cell: Any) -> Any:
    """Measure the distance (b, a, a; Å) of each pair of atoms at its nearest image.

    An atom's distance to itself is that to its own nearest image. `coords` (b, a, 3) are
    fractional, `cell` (b, 6; Å) lower triangles of the Cholesky factor of the metric. The 27
    nearest images are looked at.
    """
    atoms = coords.shape[1]
    offset = coords[:, :, None] - coords[:, None]
    offset = offset - ops.round(offset)
    itself = np.zeros((atoms, atoms, len(IMAGES)), dtype="float32")
    itself[np.arange(atoms), np.arange(atoms), len(IMAGES) // 2] = FAR
    every = _squared(ops.stop_gradient(offset)[:, :, :, None] + IMAGES, ops.stop_gradient(cell))
    nearest = ops.take(IMAGES, ops.argmin(every + itself, axis=-1), axis=0)  # no gradient in this
    return ops.sqrt(_squared(offset + nearest, cell) + 1e-6)


def _squared(offset: Any, cell: Any) -> Any:
    """Return the squared lengths (b, …; Å²) of fractional vectors (b, …, 3)."""
    total: Any = 0.0
    edges = ops.reshape(cell, (-1, *(1,) * (len(offset.shape) - 2), CELL))
    for column in range(3):
        parts = [offset[..., ROWS[i]] * edges[..., i] for i in range(CELL) if COLUMNS[i] == column]
        total = total + ops.square(sum(parts[1:], parts[0]))
    return total


def training_geometry(crystals: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[np.float32]]:
    """Measure distances and volumes in the training crystals.

    `contacts` (100·100; Å): for two atomic numbers, the distance that all but `CONTACT` of their
    nearest pairs exceed, 0 where there is no such pair. `volumes` (100; Å³): of an atom of each
    element, so that their sums come closest to the cells' volumes.
    """
    species, cell = crystals["species"], crystals["cell"]
    parts = [
        np.asarray(shortest_distances(crystals["coords"][i : i + 64], cell[i : i + 64]))
        for i in range(0, len(cell), 64)
    ]
    used = (species[:, :, None] > 0) & (species[:, None] > 0)
    pairs = (species[:, :, None] * TILES + species[:, None])[used]
    distances = np.concatenate(parts)[used]
    contacts = np.zeros(TILES * TILES, dtype="f4")
    for pair in np.unique(pairs):
        contacts[pair] = np.quantile(distances[pairs == pair], CONTACT)
    atoms = (species[:, :, None] == np.arange(TILES)).sum(axis=1)[:, 1:]
    volumes, *_ = np.linalg.lstsq(atoms, np.prod(cell[:, [0, 2, 5]], axis=1), rcond=None)
    return {"contacts": contacts, "volumes": np.append(0, np.maximum(volumes, 0)).astype("f4")}


def geometry_loss(
    coords: Any, cell: Any, species: Any, reference: Mapping[str, NDArray[np.float32]]
) -> Any:
    """Say how far crystals are from the distances and volumes of `training_geometry`: (b,).

    Σ (1 − d/contact)² over the pairs that are too close, an atom, plus √(1 + (Δ ln V/SPREAD)²) − 1
    of the volume against the sum of the atoms' volumes.
    """
    used = ops.cast(species > 0, "float32")
    number = ops.sum(used, axis=1)
    pairs = species[:, :, None] * TILES + species[:, None]
    contact = ops.take(reference["contacts"], pairs) + 1e-6
    overlap = ops.relu(1 - shortest_distances(coords, cell) / contact)
    overlap = overlap * used[:, :, None] * used[:, None]
    volume = cell[:, 0] * cell[:, 2] * cell[:, 5]
    expected = cell_size(species, reference["volumes"])[:, 0] ** 3
    volume_loss = ops.sqrt(1 + ops.square(ops.log(volume / expected) / SPREAD)) - 1
    return 20 * ops.sum(ops.square(overlap), axis=(1, 2)) / number + volume_loss
