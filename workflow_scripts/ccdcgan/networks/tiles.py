"""Convolutions over the layout of tiles: a generator of graphs, and a property of a graph.

A convolution whose kernel and stride are the side of a tile sees one element at a time, and a
transposed one writes one. Where there is no element they have nothing to see or to write, so they
are computed at the tiles that are present alone; between those there is attention.

One pass from noise to latent vectors writes means of crystals, in which few atoms show. So the
generator passes over its tiles several times, each time from a mixture of noise and graph with less
noise in it (flow matching; Lipman et al., ICLR 2023; Liu et al., ICLR 2023).
"""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import layers, ops
from numpy.typing import NDArray

from ccdcgan.networks.base import Network, register
from ccdcgan.networks.discriminator import ElementMask, MeanPooling
from ccdcgan.networks.generator import lay_out_tiles
from ccdcgan.networks.layers import TilesOfGraph, transformer
from ccdcgan.representation.graph_layout import SIDE, TILE_SIZE, TILES

MOST_ELEMENTS = 4
"""Elements of a graph that the noise is for; a crystal of more is not made."""
WAVES = 8


@register
class TilesGenerator(Network):
    """Makes graphs (b, 160, 160) of given elements from Gaussian noise (b, `noise`).

    The elements are given as atomic numbers (b, k), 0 at the lattice's place, which is the first,
    and where there is none. How many atoms each of them has, where these are and in which cell is
    up to the network. `lattice` and `sites` say how many numbers those latent vectors have. The
    first numbers of the noise are the lattice's, the others the elements', as many for each;
    `set_latent` says along which axes. `network` takes tiles (b, k, 256) of noise and latent
    vectors, how much of them is a latent vector (b, 1; 0 to 1) and the numbers, and gives the
    latent vectors (b, k, 256) that they come from, all in units of their spread. A graph takes
    `rounds` of it.
    """

    def __init__(
        self,
        *,
        noise: int,
        width: int,
        blocks: int,
        lattice: int,
        sites: int,
        rounds: int,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.settings: dict[str, Any] = {
            "noise": noise,
            "width": width,
            "blocks": blocks,
            "lattice": lattice,
            "sites": sites,
            "rounds": rounds,
        }
        self.noise, self.lattice, self.rounds = noise, lattice, rounds
        self.each = min(sites, (noise - lattice) // MOST_ELEMENTS)
        self.mask = LatentNumbers(lattice, sites)
        self.network = _generator_network(width, blocks, self.mask)
        shapes = {"mean": (2, TILE_SIZE), "spread": (2, 1), "axes": (self.each, TILE_SIZE)}
        self.latent = {
            name: self.add_weight(shape=shape, initializer="ones", trainable=False, name=name)
            for name, shape in shapes.items()
        }
        self.built = True

    def set_latent(self, lattices: NDArray[np.floating], sites: NDArray[np.floating]) -> None:
        """Learn mean, spread and principal axes of latent vectors (n, 256) and (m, 256)."""
        centred = sites - sites.mean(axis=0)
        _, vectors = np.linalg.eigh(centred.T @ centred)
        self.latent["mean"].assign(np.stack([lattices.mean(axis=0), sites.mean(axis=0)]))
        spread = [lattices[:, : self.lattice].std(), sites[:, : self.settings["sites"]].std()]
        self.latent["spread"].assign(np.array(spread)[:, None])
        self.latent["axes"].assign(vectors[:, ::-1][:, : self.each].T)

    def start(self, noise: Any, numbers: Any) -> Any:
        """Lay noise (b, `noise`) out on tiles (b, k, 256)."""
        places = numbers.shape[1]
        room = [[0, 0], [0, TILE_SIZE - self.lattice]]
        lattice = ops.pad(noise[:, : self.lattice], room)[:, None]
        used = min(places - 1, MOST_ELEMENTS)
        drawn = noise[:, self.lattice : self.lattice + used * self.each]
        sites = ops.reshape(drawn, (-1, used, self.each)) @ self.latent["axes"]
        beyond = [[0, 0], [0, places - 1 - used], [0, 0]]
        return self.mask(
            ops.concatenate([lattice, ops.pad(sites, beyond)], axis=1), ElementMask()(numbers)
        )

    def scaled(self, tiles: Any, numbers: Any) -> Any:
        """Return tiles (b, k, 256) of latent vectors in units of their spread."""
        mean, spread = self._by_place(numbers)
        return self.mask((tiles - mean) / spread, ElementMask()(numbers))

    def tiles(self, scaled: Any, numbers: Any) -> Any:
        """Return the tiles (b, k, 256) of what is in units of the spread, within (-1, 1)."""
        mean, spread = self._by_place(numbers)
        return self.mask(ops.clip(scaled * spread + mean, -1.0, 1.0), ElementMask()(numbers))

    def _by_place(self, numbers: Any) -> list[Any]:
        others = (1, numbers.shape[1] - 1, 1)
        return [
            ops.concatenate([values[None, :1], ops.tile(values[None, 1:], others)], axis=1)
            for values in (self.latent["mean"], self.latent["spread"])
        ]

    def call(self, inputs: Sequence[Any], training: bool | None = None) -> Any:
        """Make graphs (b, 160, 160) of noise and atomic numbers."""
        noise, numbers = map(ops.convert_to_tensor, inputs)
        state = self.start(noise, numbers)
        for round in range(self.rounds):
            share = ops.full((noise.shape[0], 1), round / self.rounds)
            found = self.network([state, share, numbers], training=training)
            state = state + (found - state) / (self.rounds - round)
        return lay_out_tiles(self.tiles(state, numbers), numbers)


@register
class TilesDiscriminator(Network):
    """Scores tiles (b, k, 256) that may have been found in others (b, k, 256): real ones higher.

    `network` takes both, in units of the spread, how much of the others is a latent vector (b, 1)
    and the atomic numbers (b, k), as the generator has them.
    """

    def __init__(self, *, width: int, blocks: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.settings = {"width": width, "blocks": blocks}
        self.network = _discriminator_network(width, blocks)
        self.built = True

    def call(self, inputs: Sequence[Any], training: bool | None = None) -> Any:
        """Score (b,) tiles, the tiles that they were found in, the share of these, and numbers."""
        return self.network(inputs, training=training)


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


@register
class Waves(layers.Layer):
    """Cosines and sines (b, 2·`WAVES`) of shares (b, 1) from 0 to 1."""

    def call(self, share: Any) -> Any:
        angles = share * (np.pi / 2 * np.arange(1, WAVES + 1, dtype="float32"))
        return ops.concatenate([ops.cos(angles), ops.sin(angles)], axis=-1)


def _tokens(tiles: Any, share: Any, numbers: Any, width: int) -> tuple[Any, Any]:
    """Embed tiles, their elements and a share as tokens; returns them and the elements alone."""
    apart = keras.initializers.RandomNormal(stddev=0.5)  # else elements are slow to be told apart
    element = layers.Embedding(TILES, width, embeddings_initializer=apart)(numbers)
    stage = layers.Dense(width)(layers.Dense(width, activation="gelu")(Waves()(share)))
    stage = layers.Reshape((1, width))(stage)
    return layers.add([layers.Dense(width)(tiles), element, stage]), element


def _generator_network(width: int, blocks: int, latent: LatentNumbers) -> keras.Model:
    """Build what finds latent vectors behind noise, knowing the elements."""
    tiles = keras.Input((None, TILE_SIZE))
    share = keras.Input((1,))
    numbers = keras.Input((None,), dtype="int32")
    mask = ElementMask()(numbers)
    tokens, element = _tokens(tiles, share, numbers, width)
    tokens = transformer(tokens, mask, blocks)
    hidden = layers.Dense(2 * width, activation="gelu")(layers.concatenate([tokens, element]))
    return keras.Model([tiles, share, numbers], latent(layers.Dense(TILE_SIZE)(hidden), mask))


def _discriminator_network(width: int, blocks: int) -> keras.Model:
    """Build what scores latent vectors beside the noisy ones that they were found in."""
    tiles, state = keras.Input((None, TILE_SIZE)), keras.Input((None, TILE_SIZE))
    share = keras.Input((1,))
    numbers = keras.Input((None,), dtype="int32")
    mask = ElementMask()(numbers)
    tokens, _ = _tokens(layers.concatenate([tiles, state]), share, numbers, width)
    pooled = MeanPooling()(transformer(tokens, mask, blocks), mask)
    hidden = layers.Dense(width, activation="gelu")(pooled)
    return keras.Model([tiles, state, share, numbers], layers.Reshape(())(layers.Dense(1)(hidden)))


def property_of_tiles(width: int, blocks: int) -> keras.Model:
    """Build the network that reads a property (b,) from graphs (b, 160, 160)."""
    graph = keras.Input((SIDE, SIDE))
    tiles, numbers, mask = TilesOfGraph()(graph)
    tokens = layers.add([layers.Dense(width)(tiles), layers.Embedding(TILES, width)(numbers)])
    pooled = MeanPooling()(transformer(tokens, mask, blocks), mask)
    hidden = layers.Dense(width, activation="gelu")(pooled)
    return keras.Model([graph], layers.Reshape(())(layers.Dense(1)(hidden)))
