"""The generator: from noise and a composition to atoms in a cell, and from those to a graph.

The paper's generator writes the graph itself. Few of the graphs that such a network writes lie
where latent vectors decode to atoms. This one places atoms in a cell, draws them as the voxel
images are drawn, and lets the frozen encoders write the tiles, so that every graph is one that a
crystal could have. The gradients of the discriminator, which sees nothing but the graph, pass
through the encoders to the atoms and the cell; a constraint sees those, or the graph, as its
network asks for.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np
from keras import layers, ops
from numpy.typing import NDArray

from ccdcgan.crystals.arrays import CELL, COLUMNS, MAX_ATOMS, ROWS
from ccdcgan.networks.autoencoder import (
    DEPTH,
    LATTICE_GRID,
    SITE_GRID,
    SITE_SIGMA,
    Autoencoder,
    Autoencoders,
)
from ccdcgan.networks.base import Network, register
from ccdcgan.networks.layers import GraphOfTiles, transformer
from ccdcgan.representation.graph_layout import TILE_SIZE, TILES
from ccdcgan.representation.voxels import lattice_axes

SHORTEST = 0.2  # smallest diagonal element of that triangle, for a cell of unit volume


@register
class AtomAssignment(layers.Layer):
    """Assigns each atom to a place of the composition (numbers and counts, b × k).

    Returns the assignment (b, MAX_ATOMS, k) and the atomic numbers of the atoms (b, MAX_ATOMS),
    0 for those that are not used. Atoms come element by element, by atomic number.
    """

    def call(self, numbers: Any, counts: Any) -> tuple[Any, Any]:
        atoms = ops.where(numbers > 0, counts, 0)
        stop = ops.cumsum(atoms, axis=1)[:, None, :]
        index = ops.reshape(ops.arange(MAX_ATOMS, dtype="int32"), (1, MAX_ATOMS, 1))
        member = ops.logical_and(index >= stop - atoms[:, None, :], index < stop)
        owned = ops.cast(member, "int32")
        return ops.cast(member, "float32"), ops.sum(owned * numbers[:, None, :], axis=2)


@register
class Cell(layers.Layer):
    """Six raw numbers and the species (b, atoms) to the lower triangle (b, 6; Å) of a cell.

    The numbers give the shape, around the mean and spread given; `volumes` (100; Å³), of an atom
    of each element, scale it to the size that belongs to the composition.
    """

    def __init__(
        self,
        mean: Sequence[float],
        spread: Sequence[float],
        volumes: Sequence[float],
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.mean, self.spread, self.volumes = list(mean), list(spread), list(volumes)

    def call(self, raw: Any, species: Any) -> Any:
        cell = raw * np.array(self.spread, "float32") + np.array(self.mean, "float32")
        diagonal = (ROWS == COLUMNS).astype("float32")
        positive = SHORTEST + ops.softplus(cell - SHORTEST)
        shape = diagonal * positive + (1 - diagonal) * cell
        return shape * cell_size(species, np.array(self.volumes, "float32"))

    def get_config(self) -> dict[str, Any]:
        own = {"mean": self.mean, "spread": self.spread, "volumes": self.volumes}
        return {**super().get_config(), **own}


def cell_size(species: Any, volumes: NDArray[np.float32]) -> Any:
    """Return the cube root (b, 1; Å) of the summed volumes (100; Å³) of `species` (b, atoms)."""
    total = ops.sum(ops.take(volumes, species), axis=1, keepdims=True)
    return ops.power(total + 1e-6, 1 / 3)


@register
class FractionalCoordinates(layers.Layer):
    """Points in three planes (b, atoms, 6) to fractional coordinates (b, atoms, 3): their angles.

    So a coordinate just below 1 lies beside one just above 0, for the network as in the crystal.
    """

    def call(self, points: Any) -> Any:
        return ops.arctan2(points[..., 3:], points[..., :3] + 1e-6) / (2 * np.pi)


def draw_sites(coords: Any, member: Any) -> Any:
    """Draw coarse site images (b, k, n, n, n) of atoms at `coords` (b, atoms, 3), for each place.

    member: (b, atoms, k), one where an atom belongs to a place, else zero.
    """
    axis = np.arange(SITE_GRID, dtype="float32") / SITE_GRID
    offset = axis - coords[..., None]
    offset = (offset - ops.round(offset)) * SITE_GRID
    x, y, z = ops.unstack(ops.exp(-0.5 * ops.square(offset / SITE_SIGMA)), 3, axis=2)
    places = member.shape[2] or ops.shape(member)[2]
    left = ops.reshape(member[..., None] * x[:, :, None, :], (-1, MAX_ATOMS, places * SITE_GRID))
    right = ops.reshape(y[..., None] * z[..., None, :], (-1, MAX_ATOMS, SITE_GRID**2))
    image = ops.matmul(ops.swapaxes(left, 1, 2), right)
    return ops.minimum(ops.reshape(image, (-1, places, *(SITE_GRID,) * 3)), 1.0)


def draw_lattice(cell: Any, sigma: float) -> Any:
    """Draw what the encoder of the lattices sees (b, n, n, n) of triangles `cell` (b, 6; Å)."""
    axes = lattice_axes(LATTICE_GRID).astype("float32")  # (n³, 3)
    squared = 0.0
    for column in range(3):  # u L, component by component; |u L|² is the metric's form
        parts = [axes[:, ROWS[i]] * cell[:, i : i + 1] for i in range(CELL) if COLUMNS[i] == column]
        squared = squared + ops.square(sum(parts[1:], parts[0]))
    image = ops.minimum(squared / (2 * sigma**2 * DEPTH), 1.0)
    return ops.reshape(image, (-1, *(LATTICE_GRID,) * 3))


@register
class Encoders(layers.Layer):
    """The frozen encoders: tiles (b, k, 256) of atoms and a cell.

    `lattice` and `sites` are settings of the autoencoders; the key 0 of `sites` (as text, for
    JSON) is the network of the elements that have none of their own.
    """

    def __init__(
        self, lattice: Mapping[str, Any], sites: Mapping[str, Mapping[str, Any]], **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.settings = {
            "lattice": dict(lattice),
            "sites": {number: dict(one) for number, one in sites.items()},
        }
        self.sigma = float(lattice["sigma"])
        self.lattice = Autoencoder(**lattice).encoder
        self.sites = {number: Autoencoder(**one).encoder for number, one in sites.items()}
        self.trainable = False  # after the networks are there: it is handed on to them
        self.built = True

    def call(self, coords: Any, cell: Any, member: Any, numbers: Any) -> Any:
        numbers = numbers[:, 1:]
        places = numbers.shape[1] or ops.shape(numbers)[1]
        images = ops.reshape(draw_sites(coords, member[:, :, 1:]), (-1, *(SITE_GRID,) * 3))
        own = [int(number) for number in self.sites if number != "0"]
        atoms: Any = 0.0
        for key, encoder in self.sites.items():
            latent = encoder(images)
            latent = ops.pad(latent, ((0, 0), (0, TILE_SIZE - latent.shape[-1])))
            latent = ops.reshape(latent, (-1, places, TILE_SIZE))
            mine = numbers > 0
            for number in own if key == "0" else []:
                mine = ops.logical_and(mine, numbers != number)
            if key != "0":
                mine = ops.equal(numbers, int(key))
            atoms = atoms + latent * ops.cast(mine, "float32")[:, :, None]
        lattice = self.lattice(draw_lattice(cell, self.sigma))
        lattice = ops.pad(lattice, ((0, 0), (0, TILE_SIZE - lattice.shape[-1])))
        return ops.concatenate([lattice[:, None], atoms], axis=1)

    def get_config(self) -> dict[str, Any]:
        base = {name: value for name, value in super().get_config().items() if name != "trainable"}
        return {**base, **self.settings}


@register
class Generator(Network):
    """Makes crystal graphs (b, 160, 160) of a composition from Gaussian noise (b, `noise`).

    The composition is given as `numbers` and `counts` (b, k), see
    `ccdcgan.networks.discriminator`, of at most MAX_ATOMS atoms. `noise` is a multiple of
    MAX_ATOMS. `cell` holds the `mean` and `spread` of the training cells' triangles, scaled to unit
    volume by the `volumes`. `network` gives the tiles (b, k, 256), the fractional coordinates
    (b, MAX_ATOMS, 3) and the triangles (b, 6; Å).
    """

    def __init__(
        self,
        *,
        noise: int,
        width: int,
        blocks: int,
        lattice: Mapping[str, Any],
        sites: Mapping[str, Mapping[str, Any]],
        cell: Mapping[str, Sequence[float]],
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.settings: dict[str, Any] = {
            "noise": noise,
            "width": width,
            "blocks": blocks,
            "lattice": dict(lattice),
            "sites": {number: dict(one) for number, one in sites.items()},
            "cell": {name: list(values) for name, values in cell.items()},
        }
        self.noise = noise
        self.encoders = Encoders(lattice, sites)
        self.network = self._build()
        self.built = True

    def _build(self) -> keras.Model:
        width = self.settings["width"]
        noise = keras.Input((self.noise,))
        numbers = keras.Input((None,), dtype="int32")
        counts = keras.Input((None,), dtype="int32")
        member, species = AtomAssignment()(numbers, counts)
        each = layers.Reshape((MAX_ATOMS, self.noise // MAX_ATOMS))(noise)
        tokens = atom_transformer(
            layers.Dense(width)(each), noise, species, self.settings["blocks"]
        )
        coords = FractionalCoordinates()(layers.Dense(6)(tokens[:, 1:]))
        small = keras.initializers.RandomNormal(stddev=0.01)  # draws its seed as it is made
        raw = layers.Dense(CELL, kernel_initializer=small)(tokens[:, 0])
        cell = Cell(**self.settings["cell"])(raw, species)
        tiles = self.encoders(coords, cell, member, numbers)
        return keras.Model([noise, numbers, counts], [tiles, coords, cell])

    def call(self, inputs: Sequence[Any], training: bool | None = None) -> Any:
        """Make graphs (b, 160, 160)."""
        noise, numbers, counts = inputs
        tiles, *_ = self.network([noise, numbers, counts], training=training)
        return self.graph(tiles, numbers)

    def draw(self, coords: Any, cell: Any, numbers: Any, counts: Any) -> Any:
        """Draw atoms (b, MAX_ATOMS, 3) in cells (b, 6; Å) as graphs (b, 160, 160)."""
        return draw_graphs(self.encoders, coords, cell, numbers, counts)

    def graph(self, tiles: Any, numbers: Any) -> Any:
        """Lay tiles (b, k, 256) out as graphs (b, 160, 160)."""
        return lay_out_tiles(tiles, numbers)


def draw_graphs(encoders: Encoders, coords: Any, cell: Any, numbers: Any, counts: Any) -> Any:
    """Draw atoms (b, MAX_ATOMS, 3) in cells (b, 6; Å) as graphs (b, 160, 160).

    numbers, counts: the composition (b, k), see `ccdcgan.networks.discriminator`; the atoms come
    element by element, by atomic number.
    """
    member, _ = AtomAssignment()(numbers, counts)
    return lay_out_tiles(encoders(coords, cell, member, numbers), numbers)


def lay_out_tiles(tiles: Any, numbers: Any) -> Any:
    """Lay the tiles (b, k, 256) of some elements out as graphs (b, 160, 160)."""
    mask = ops.concatenate([ops.ones_like(numbers[:, :1]), numbers[:, 1:]], axis=1) > 0
    return GraphOfTiles()(tiles, numbers, mask)


def frozen_encoders(networks: Autoencoders) -> Encoders:
    """Make what writes tiles, with the weights of trained autoencoders."""
    encoders = Encoders(
        networks.lattice.settings,
        {str(number): network.settings for number, network in networks.sites.items()},
    )
    set_encoders(encoders, networks)
    return encoders


def set_encoders(encoders: Encoders, networks: Autoencoders) -> None:
    """Give encoders the weights of trained autoencoders."""
    encoders.lattice.set_weights(networks.lattice.encoder.get_weights())
    for number, network in networks.sites.items():
        encoders.sites[str(number)].set_weights(network.encoder.get_weights())


def atom_transformer(atoms: Any, cell: Any, species: Any, blocks: int) -> Any:
    """Add attention among the atoms (b, MAX_ATOMS, width) and the cell (b, any).

    Returns tokens (b, 1 + MAX_ATOMS, width), the cell's first.
    """
    width = atoms.shape[-1]
    atoms = Ordered()(layers.add([atoms, layers.Embedding(TILES, width)(species)]))
    first = layers.Reshape((1, width))(layers.Dense(width)(cell))
    tokens = layers.concatenate([first, atoms], axis=1)
    return transformer(tokens, AtomMask()(species), blocks)


@register
class Ordered(layers.Layer):
    """Adds to each atom of (b, atoms, width) a learned vector for its place in the order."""

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        self.table = self.add_weight(shape=input_shape[1:], initializer="uniform", name="table")

    def call(self, atoms: Any) -> Any:
        return atoms + self.table


@register
class AtomMask(layers.Layer):
    """The mask (b, 1 + MAX_ATOMS) of the cell and of the atoms that are used."""

    def call(self, species: Any) -> Any:
        used = species > 0
        return ops.concatenate([ops.ones_like(used[:, :1]), used], axis=1)


def inference_network(noise: int, width: int, blocks: int) -> keras.Model:
    """Build the network that infers the noise which crystals come from.

    Inputs: coordinates (b, MAX_ATOMS, 3), cells (b, 6; spreads from the mean) and species
    (b, MAX_ATOMS); output (b, 2, noise): the mean and the log variance of each number. Used in
    training alone.
    """
    coords = keras.Input((MAX_ATOMS, 3))
    cell = keras.Input((CELL,))
    species = keras.Input((MAX_ATOMS,), dtype="int32")
    angle = 2 * np.pi * coords
    circle = layers.concatenate([ops.cos(angle), ops.sin(angle)], axis=-1)
    tokens = atom_transformer(layers.Dense(width)(circle), cell, species, blocks)
    first = layers.Dense(width)(tokens[:, :1])  # what the noise must say of the cell
    flat = layers.Dense(2 * (noise // MAX_ATOMS))(layers.add([tokens[:, 1:], first]))
    pairs = layers.Reshape((MAX_ATOMS, 2, noise // MAX_ATOMS))(flat)
    posterior = layers.Reshape((2, noise))(layers.Permute((2, 1, 3))(pairs))
    return keras.Model([coords, cell, species], posterior)
