"""The discriminator, a network over the tiles of a graph that are present.

A crystal enters as `tiles` (b, k, 256), `numbers` (b, k) — 0 for the lattice, which comes first,
then the atomic numbers, 0 again for places without an element — and, where the composition is
given, `counts` (b, k): the atoms of each element, and of all of them at the lattice's place. The
number of places k is any.
"""

from collections.abc import Sequence
from typing import Any

import keras
from keras import layers, ops

from ccdcgan.networks.base import Network, register
from ccdcgan.networks.layers import TilesOfGraph, transformer
from ccdcgan.representation.graph_layout import TILE_SIZE, TILES

MAX_COUNT = 64  # counts beyond are read as this one


def _tokens(numbers: Any, counts: Any, width: int, inputs: Any) -> tuple[Any, Any]:
    """Embed what the places hold as tokens; returns them and the mask of those that count."""
    tokens = layers.Dense(width)(inputs) + layers.Embedding(TILES, width)(numbers)
    tokens = tokens + layers.Embedding(MAX_COUNT + 1, width)(CappedCounts()(counts))
    return tokens, ElementMask()(numbers)


@register
class CappedCounts(layers.Layer):
    """Counts of atoms, cut at MAX_COUNT."""

    def call(self, counts: Any) -> Any:
        return ops.minimum(counts, MAX_COUNT)


@register
class ElementMask(layers.Layer):
    """The mask of the places that count: the lattice's, and those with an element."""

    def call(self, numbers: Any) -> Any:
        mask = numbers > 0
        return ops.concatenate([ops.ones_like(mask[:, :1]), mask[:, 1:]], axis=1)


@register
class MeanPooling(layers.Layer):
    """The lattice's token beside the mean of the present ones: (b, 2·width)."""

    def call(self, tokens: Any, mask: Any) -> Any:
        weight = ops.cast(mask, tokens.dtype)[:, :, None]
        mean = ops.sum(tokens * weight, axis=1) / ops.sum(weight, axis=1)
        return ops.concatenate([tokens[:, 0], mean], axis=-1)


def _score_network(width: int, blocks: int) -> keras.Model:
    """Build a transformer over the tiles (b, k, 256), with a score (b,) at its end."""
    tiles = keras.Input((None, TILE_SIZE))
    numbers = keras.Input((None,), dtype="int32")
    counts = keras.Input((None,), dtype="int32")
    tokens, mask = _tokens(numbers, counts, width, tiles)
    pooled = MeanPooling()(transformer(tokens, mask, blocks), mask)
    hidden = layers.Dense(width, activation="gelu")(pooled)
    score = layers.Reshape(())(layers.Dense(1, dtype="float32")(hidden))
    return keras.Model([tiles, numbers, counts], score)


@register
class Discriminator(Network):
    """Scores crystal graphs (b, 160, 160), given the counts (b, k) asked for: real ones higher."""

    def __init__(self, *, width: int, blocks: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.settings = {"width": width, "blocks": blocks}
        self.read_tiles = TilesOfGraph()
        self.network = _score_network(width, blocks)
        self.built = True

    def call(self, inputs: Sequence[Any], training: bool | None = None) -> Any:
        """Score (b,) graphs and counts."""
        graphs, counts = inputs
        tiles, numbers, _ = self.read_tiles(graphs)
        return self.network([tiles, numbers, counts], training=training)
