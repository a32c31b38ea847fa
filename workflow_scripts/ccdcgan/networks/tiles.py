"""Convolutions over the layout of tiles: a generator of graphs, and a property of a graph.

A convolution whose kernel and stride are the side of a tile sees one element at a time, and a
transposed one writes one. Where there is no element they have nothing to see or to write, so they
are computed at the tiles that are present alone; between those there is attention.
"""

from collections.abc import Sequence
from typing import Any

import keras
from keras import layers, ops

from ccdcgan.networks.base import Network, register
from ccdcgan.networks.discriminator import ElementMask, MeanPooling
from ccdcgan.networks.generator import lay_out_tiles
from ccdcgan.networks.layers import TilesOfGraph, transformer
from ccdcgan.representation.graph_layout import SIDE, TILE_SIZE, TILES


@register
class TilesGenerator(Network):
    """Makes graphs (b, 160, 160) of given elements from Gaussian noise (b, `noise`).

    The elements are given as atomic numbers (b, k), 0 at the lattice's place, which is the first,
    and where there is none. How many atoms each of them has, where these are and in which cell is
    up to the network. `lattice` and `sites` say how many numbers those latent vectors have.
    `network` gives the tiles (b, k, 256) of the places, with numbers in (-1, 1) or zeros.
    """

    def __init__(
        self, *, noise: int, width: int, blocks: int, lattice: int, sites: int, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.settings: dict[str, Any] = {
            "noise": noise,
            "width": width,
            "blocks": blocks,
            "lattice": lattice,
            "sites": sites,
        }
        self.noise = noise
        self.network = _generator_network(**self.settings)
        self.built = True

    def call(self, inputs: Sequence[Any], training: bool | None = None) -> Any:
        """Make graphs (b, 160, 160) of noise and atomic numbers."""
        noise, numbers = inputs
        return lay_out_tiles(self.network([noise, numbers], training=training), numbers)


@register
class LatentNumbers(layers.Layer):
    """Sets all but the numbers of latent vectors to zero: in tiles of no element, and at ends."""

    def __init__(self, lattice: int, sites: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.lattice, self.sites = lattice, sites

    def call(self, tiles: Any, mask: Any) -> Any:
        number = ops.arange(TILE_SIZE)
        lattice = ops.cast(number < self.lattice, tiles.dtype)
        sites = ops.cast(number < self.sites, tiles.dtype) * ops.cast(mask, tiles.dtype)[..., None]
        return ops.concatenate([tiles[:, :1] * lattice, tiles[:, 1:] * sites[:, 1:]], axis=1)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "lattice": self.lattice, "sites": self.sites}


def _generator_network(
    noise: int, width: int, blocks: int, lattice: int, sites: int
) -> keras.Model:
    """Build a vector of the noise and of each element, attention, and the tiles."""
    vector = keras.Input((noise,))
    numbers = keras.Input((None,), dtype="int32")
    element = layers.Embedding(TILES, width)(numbers)
    drawn = layers.Reshape((1, width))(layers.Dense(width)(vector))
    both = layers.LeakyReLU(0.2)(layers.add([element, drawn]))
    mask = ElementMask()(numbers)
    tokens = transformer(layers.add([both, layers.Dense(width)(both)]), mask, blocks)
    tiles = layers.Dense(TILE_SIZE, activation="tanh")(layers.concatenate([tokens, element]))
    return keras.Model([vector, numbers], LatentNumbers(lattice, sites)(tiles, mask))


def property_of_tiles(width: int, blocks: int) -> keras.Model:
    """Build the network that reads a property (b,) from graphs (b, 160, 160)."""
    graph = keras.Input((SIDE, SIDE))
    tiles, numbers, mask = TilesOfGraph()(graph)
    tokens = layers.add([layers.Dense(width)(tiles), layers.Embedding(TILES, width)(numbers)])
    pooled = MeanPooling()(transformer(tokens, mask, blocks), mask)
    hidden = layers.Dense(width, activation="gelu")(pooled)
    return keras.Model([graph], layers.Reshape(())(layers.Dense(1)(hidden)))
