"""Layers over the tiles of a crystal graph."""

from typing import Any

import numpy as np
from keras import layers, ops

from ccdcgan.crystals.compositions import MAX_ELEMENTS
from ccdcgan.networks.base import register
from ccdcgan.representation.graph_layout import BOARD, TILE, TILE_SIZE, TILES


@register
class AttentionBlock(layers.Layer):
    """A pre-normalised transformer block over the tiles that are present.

    Inputs: tokens (b, k, width) and their mask (b, k), true where a token counts.
    """

    def __init__(self, heads: int = 4, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.heads = heads

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        width = int(input_shape[-1] or 0)
        self.norm_attention = layers.LayerNormalization()
        self.attention = layers.MultiHeadAttention(self.heads, max(width // self.heads, 1))
        self.norm_dense = layers.LayerNormalization()
        self.dense_in = layers.Dense(2 * width, activation="gelu")
        self.dense_out = layers.Dense(width)
        self.norm_attention.build(input_shape)
        self.attention.build(input_shape, input_shape)
        self.norm_dense.build(input_shape)
        self.dense_in.build(input_shape)
        self.dense_out.build((*input_shape[:-1], 2 * width))

    def call(self, tokens: Any, mask: Any) -> Any:
        normed = self.norm_attention(tokens)
        tokens = tokens + self.attention(normed, normed, attention_mask=mask[:, None, :])
        return tokens + self.dense_out(self.dense_in(self.norm_dense(tokens)))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "heads": self.heads}


def transformer(tokens: Any, mask: Any, blocks: int) -> Any:
    """Pass tokens (b, k, width) with their mask (b, k) through some blocks and normalise them."""
    for _ in range(blocks):
        tokens = AttentionBlock()(tokens, mask)
    return layers.LayerNormalization()(tokens)


@register
class TilesOfGraph(layers.Layer):
    """Read the tiles that are present from crystal graphs (b, 160, 160).

    Returns tiles (b, 1 + MAX_ELEMENTS, 256), the lattice's first and then those of the elements
    by atomic number; the atomic numbers (b, 1 + MAX_ELEMENTS), 0 for the lattice; and a mask.
    """

    def call(self, graphs: Any) -> tuple[Any, Any, Any]:
        board = ops.reshape(graphs, (-1, BOARD, TILE, BOARD, TILE))
        tiles = ops.reshape(ops.transpose(board, (0, 1, 3, 2, 4)), (-1, TILES, TILE_SIZE))
        present = ops.cast(ops.any(ops.not_equal(tiles[:, 1:], 0), axis=-1), "int32")
        numbers, mask = present_numbers(present)
        everyone = ops.concatenate([ops.zeros_like(numbers[:, :1]), numbers], axis=1)
        chosen = ops.take_along_axis(tiles, everyone[:, :, None], axis=1)
        mask = ops.concatenate([ops.ones_like(mask[:, :1]), mask], axis=1)
        return chosen * ops.cast(mask, chosen.dtype)[:, :, None], everyone, mask


def present_numbers(present: Any) -> tuple[Any, Any]:
    """Return the atomic numbers (b, MAX_ELEMENTS), in order, of counts (b, 99), and their mask.

    Places without an element hold the number 0.
    """
    order = np.arange(TILES - 1, 0, -1, dtype="int32")  # hydrogen ranks first
    rank = ops.where(present > 0, order, 0)
    top = ops.top_k(rank, MAX_ELEMENTS)[0]
    return ops.where(top > 0, TILES - top, 0), top > 0


@register
class GraphOfTiles(layers.Layer):
    """Lay tiles (b, k, 256) with atomic numbers (b, k) and mask (b, k) on a graph (b, 160, 160)."""

    def call(self, tiles: Any, numbers: Any, mask: Any) -> Any:
        tiles = tiles * ops.cast(mask, tiles.dtype)[:, :, None]
        places = ops.one_hot(numbers, TILES, dtype=tiles.dtype)
        board = ops.matmul(ops.swapaxes(places, 1, 2), tiles)  # absent places add zeros
        board = ops.reshape(board, (-1, BOARD, BOARD, TILE, TILE))
        return ops.reshape(ops.transpose(board, (0, 1, 3, 2, 4)), (-1, BOARD * TILE, BOARD * TILE))
