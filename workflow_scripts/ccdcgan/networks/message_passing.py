"""Networks over the atoms of crystals: messages between each atom and its nearest neighbours.

A crystal enters as `species` (b, n; atomic numbers, 0 where there is no atom), fractional `coords`
(b, n, 3) and its `axes` (b, 3, 3; Å, rows) or their lower triangle `cell` (b, 6; Å). Nothing
depends on the origin or the order of atoms and axes, or on the choice of the cell, as long as the
nearest images are those in the 27 cells around; what has a direction turns with the axes. The
messages follow PaiNN (Schütt et al., ICML 2021), gated as in CGCNN (Xie and Grossman, PRL 120,
145301).
"""

import itertools
from typing import Any

import keras
import numpy as np
from keras import layers, ops

from ccdcgan.networks.base import register
from ccdcgan.representation.graph_layout import TILES

NEAREST = 16  # neighbours of an atom that send it messages
REACH = 7.0  # Å; where messages fade out
RADIAL = 24  # Gaussians along a distance …
RADIAL_WIDTH = 0.28  # Å; … and their width
VECTORS = 16  # vector features of an atom
IMAGES = np.array(list(itertools.product((-1, 0, 1), repeat=3)), dtype="float32")
FAR = 1e4


@register
class Axes(layers.Layer):
    """Axes (b, 3, 3; rows) of lower triangles (b, 6)."""

    def call(self, cell: Any) -> Any:
        zero = ops.zeros_like(cell[:, 0])
        a, b, c, d, e, f = ops.unstack(cell, 6, axis=1)
        return ops.reshape(ops.stack([a, zero, zero, b, c, zero, d, e, f], axis=1), (-1, 3, 3))


@register
class Neighbours(layers.Layer):
    """The nearest neighbours of each atom: vectors (b, n, k, 3; Å) to them, and their rows.

    The rows (b, n, k) are those of all the batch's atoms in one list.
    """

    def call(self, species: Any, coords: Any, axes: Any) -> tuple[Any, Any]:
        atoms = ops.shape(coords)[1]
        offset = coords[:, None] - coords[:, :, None]
        offset = ops.reshape(offset - ops.round(offset), (-1, atoms * atoms, 3))
        within = ops.reshape(ops.matmul(offset, axes), (-1, atoms, atoms, 1, 3))
        vectors = within + ops.matmul(IMAGES[None], axes)[:, None, None]
        squared = ops.sum(ops.square(ops.stop_gradient(vectors)), axis=-1)
        absent = ops.cast(ops.equal(species, 0), "float32")[:, None, :, None]
        itself = ops.eye(atoms)[:, :, None] * ops.one_hot(len(IMAGES) // 2, len(IMAGES))
        squared = ops.reshape(squared + FAR * (absent + itself), (-1, atoms, atoms * len(IMAGES)))
        nearest = ops.top_k(-squared, NEAREST)[1]
        vectors = ops.reshape(vectors, (-1, atoms, atoms * len(IMAGES), 3))
        first = ops.arange(ops.shape(coords)[0])[:, None, None] * atoms
        rows = first + nearest // len(IMAGES)
        return ops.take_along_axis(vectors, nearest[..., None], axis=2), rows


@register
class RadialBasis(layers.Layer):
    """Directions (b, n, k, 3) and radial basis (b, n, k, s) of the vectors to neighbours.

    The basis fades to zero at REACH, and so does the weight (b, n, k, 1) that comes with it.
    """

    def call(self, vectors: Any) -> tuple[Any, Any, Any]:
        distance = ops.sqrt(ops.sum(ops.square(vectors), axis=-1, keepdims=True) + 1e-6)
        weight = 0.5 * (1 + ops.cos(np.pi * ops.minimum(distance / REACH, 1.0)))
        centres = np.linspace(0.3, REACH, RADIAL, dtype="float32")
        radial = ops.exp(-0.5 * ops.square((distance - centres) / RADIAL_WIDTH))
        return vectors / distance, radial, weight


@register
class Messages(layers.Layer):
    """One round of messages: features (b, n, w) and vector features (b, n, 3·VECTORS)."""

    def build(self, shape: tuple[int | None, ...], *others: Any) -> None:
        self.width = int(shape[-1] or 0)
        pair = 2 * self.width
        self.norm = layers.LayerNormalization()
        self.sender = layers.Dense(pair, use_bias=False)
        self.receiver = layers.Dense(pair)
        self.radial = layers.Dense(pair, use_bias=False)
        self.collect = layers.Dense(self.width)
        self.direct = layers.Dense(2 * VECTORS)
        self.turn = layers.Dense(VECTORS, use_bias=False)
        self.mix = layers.Dense(self.width, activation="silu")
        self.update = layers.Dense(self.width, kernel_initializer="zeros")
        atoms = (None, None, self.width)
        for layer in (self.norm, self.sender, self.receiver):
            layer.build(atoms)
        self.radial.build((None, None, None, RADIAL))
        self.collect.build(atoms)
        self.direct.build((None, None, None, self.width))
        self.turn.build((None, None, 3, VECTORS))
        self.mix.build((None, None, self.width + VECTORS))
        self.update.build(atoms)

    def call(
        self, atoms: Any, vector_features: Any, rows: Any, unit: Any, radial: Any, weight: Any
    ) -> tuple[Any, Any]:
        count = ops.shape(atoms)[1]
        normed = self.norm(atoms)
        sent = ops.take(ops.reshape(self.sender(normed), (-1, 2 * self.width)), rows, axis=0)
        pair = sent + self.receiver(normed)[:, :, None] + self.radial(radial)
        message = ops.sigmoid(pair[..., : self.width]) * ops.silu(pair[..., self.width :]) * weight
        atoms = atoms + self.collect(ops.sum(message, axis=2))
        along, passed = ops.split(self.direct(message), 2, axis=-1)
        theirs = ops.take(ops.reshape(vector_features, (-1, 3 * VECTORS)), rows, axis=0)
        theirs = ops.reshape(theirs, (-1, count, NEAREST, 3, VECTORS))
        gained = along[..., None, :] * unit[..., None] + passed[..., None, :] * theirs
        mine = ops.reshape(vector_features, (-1, count, 3, VECTORS)) + ops.sum(gained, axis=2)
        lengths = ops.sum(self.turn(mine) * mine, axis=2)
        atoms = atoms + self.update(self.mix(ops.concatenate([atoms, lengths], axis=-1)))
        return atoms, ops.reshape(mine, (-1, count, 3 * VECTORS))


@register
class ZeroVectorFeatures(layers.Layer):
    """Zeros for the vector features of atoms (b, n, w) to begin with."""

    def call(self, atoms: Any) -> Any:
        return ops.zeros_like(ops.repeat(atoms[..., :1], 3 * VECTORS, axis=-1))


@register
class MeanOfAtoms(layers.Layer):
    """The mean (b, w) over the atoms that are there of (b, n, w)."""

    def call(self, atoms: Any, species: Any) -> Any:
        used = ops.cast(species > 0, atoms.dtype)[:, :, None]
        return ops.sum(atoms * used, axis=1) / ops.maximum(ops.sum(used, axis=1), 1.0)


def pass_messages(atoms: Any, species: Any, coords: Any, axes: Any, blocks: int) -> tuple[Any, ...]:
    """Add some rounds of messages that start from `atoms` (b, n, w).

    Returns the atoms, their vector features (b, n, 3·VECTORS), and of their neighbours the
    directions, radial basis and weights.
    """
    vectors, rows = Neighbours()(species, coords, axes)
    unit, radial, weight = RadialBasis()(vectors)
    vector_features = ZeroVectorFeatures()(atoms)
    for _ in range(blocks):
        atoms, vector_features = Messages()(atoms, vector_features, rows, unit, radial, weight)
    return atoms, vector_features, unit, radial, weight


def property_network(width: int, blocks: int) -> keras.Model:
    """Build the network from species, coords and cell to a property (b,): a mean over the atoms."""
    species = keras.Input((None,), dtype="int32")
    coords, cell = keras.Input((None, 3)), keras.Input((6,))
    start = layers.Embedding(TILES, width)(species)
    atoms, *_ = pass_messages(start, species, coords, Axes()(cell), blocks)
    atoms = layers.Dense(width, activation="silu")(layers.LayerNormalization()(atoms))
    mean = MeanOfAtoms()(layers.Dense(1)(atoms), species)
    return keras.Model([species, coords, cell], layers.Reshape(())(mean))
