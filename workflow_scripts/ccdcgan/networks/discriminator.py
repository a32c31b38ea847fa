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

from ccdcgan.networks.layers import AttentionBlock, TilesOfGraph, register
from ccdcgan.representation.graph_layout import TILE_SIZE, TILES

MAX_COUNT = 64  # counts beyond are read as this one


def _tokens(numbers: Any, counts: Any, width: int, inputs: Any) -> tuple[Any, Any]:
    """The tokens of the places, from what they hold, and the mask of those that count."""
    token = layers.Dense(width)(inputs) + layers.Embedding(TILES, width)(numbers)
    token = token + layers.Embedding(MAX_COUNT + 1, width)(Capped()(counts))
    return token, Present()(numbers)


def _attend(token: Any, mask: Any, blocks: int) -> Any:
    for _ in range(blocks):
        token = AttentionBlock()(token, mask)
    return layers.LayerNormalization()(token)


@register
class Capped(layers.Layer):
    """Counts of atoms, cut at MAX_COUNT."""

    def call(self, counts: Any) -> Any:
        return ops.minimum(counts, MAX_COUNT)


@register
class Present(layers.Layer):
    """The mask of the places that count: the lattice's, and those with an element."""

    def call(self, numbers: Any) -> Any:
        mask = numbers > 0
        return ops.concatenate([ops.ones_like(mask[:, :1]), mask[:, 1:]], axis=1)


@register
class Pool(layers.Layer):
    """The lattice's token beside the mean of the present ones: (b, 2·width)."""

    def call(self, token: Any, mask: Any) -> Any:
        weight = ops.cast(mask, token.dtype)[:, :, None]
        mean = ops.sum(token * weight, axis=1) / ops.sum(weight, axis=1)
        return ops.concatenate([token[:, 0], mean], axis=-1)


def _score(width: int, blocks: int) -> keras.Model:
    tiles = keras.Input((None, TILE_SIZE))
    numbers = keras.Input((None,), dtype="int32")
    counts = keras.Input((None,), dtype="int32")
    token, mask = _tokens(numbers, counts, width, tiles)
    pooled = Pool()(_attend(token, mask, blocks), mask)
    hidden = layers.Dense(width, activation="gelu")(pooled)
    score = layers.Reshape(())(layers.Dense(1, dtype="float32")(hidden))
    return keras.Model([tiles, numbers, counts], score)


@register
class Discriminator(keras.Model):
    """Scores crystal graphs (b, 160, 160), given the counts (b, k) asked for: real ones higher."""

    def __init__(self, *, width: int, blocks: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.settings = {"width": width, "blocks": blocks}
        self.read = TilesOfGraph()
        self.network = _score(width, blocks)
        self.built = True

    def call(self, inputs: Sequence[Any], training: bool | None = None) -> Any:
        graphs, counts = inputs
        tiles, numbers, _ = self.read(graphs)
        return self.network([tiles, numbers, counts], training=training)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), **self.settings}
