"""The denoiser: where the atoms and the cell of a crystal with noise belong."""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
from keras import layers, ops

from ccdcgan.networks.base import Network, OwnLoss, register
from ccdcgan.networks.message_passing import RADIAL, VECTORS, MeanOfAtoms, pass_messages
from ccdcgan.representation.graph_layout import TILES

LEVEL, MEAN = "level", "mean"  # names of the layers that read the noise level and the composition
STRAIN = 0.12  # 1/Å; the strain of a crystal whose atoms are displaced by 1 Å


@register
class NoiseLevelFeatures(layers.Layer):
    """Features (b, 4) of a noise level (b,; Å)."""

    def call(self, level: Any) -> Any:
        depth = ops.log(level)
        parts = [depth, ops.square(depth), ops.sin(2 * depth), ops.cos(2 * depth)]
        return ops.stack(parts, axis=-1)


@register
class Displacements(layers.Layer):
    """Displacements (b, n, 3) from vector features (b, n, 3·VECTORS); their mean is zero."""

    def build(self, shape: tuple[int | None, ...], *others: Any) -> None:
        self.sum = layers.Dense(1, use_bias=False, kernel_initializer="zeros")
        self.sum.build((None, None, 3, VECTORS))

    def call(self, vector_features: Any, species: Any) -> Any:
        vectors = ops.reshape(vector_features, (-1, ops.shape(vector_features)[1], 3, VECTORS))
        used = ops.cast(species > 0, vector_features.dtype)[:, :, None]
        displacements = self.sum(vectors)[..., 0] * used
        mean = ops.sum(displacements, axis=1) / ops.maximum(ops.sum(used, axis=1), 1.0)
        return displacements - mean[:, None] * used


@register
class Strain(layers.Layer):
    """A symmetric strain (b, 3, 3): of each pair of neighbours along the line between them."""

    def build(self, shape: tuple[int | None, ...], *others: Any) -> None:
        width = int(shape[-1] or 0)
        self.atom = layers.Dense(width)
        self.pair = layers.Dense(width, use_bias=False)
        self.along = layers.Dense(1, kernel_initializer="zeros")
        self.each = layers.Dense(width, activation="silu")
        self.volume = layers.Dense(1, kernel_initializer="zeros")
        self.mean = MeanOfAtoms()
        self.atom.build(shape)
        self.pair.build((None, None, None, RADIAL))
        for layer, size in ((self.along, 4), (self.each, 2), (self.volume, 2)):
            layer.build((*(None,) * (size - 1), width))

    def call(self, atoms: Any, unit: Any, radial: Any, weight: Any, species: Any) -> Any:
        hidden = ops.silu(self.atom(atoms)[:, :, None] + self.pair(radial))
        used = ops.cast(species > 0, atoms.dtype)[:, :, None, None]
        stretch = self.along(hidden) * weight * used
        pairs = ops.sum(stretch[..., None] * unit[..., :, None] * unit[..., None, :], axis=(1, 2))
        number = ops.maximum(ops.sum(used, axis=(1, 2)), 1.0)[:, :, None]
        volume = self.volume(self.each(self.mean(atoms, species)))[..., None]
        return pairs / number + volume * np.eye(3, dtype="float32")


@register
class Denoiser(OwnLoss, Network):
    """Gives the displacements (b, n, 3) and strains (b, 3, 3) that take noise from crystals.

    A crystal enters as `species` (b, n), `coords` (b, n, 3), `axes` (b, 3, 3) and `level` (b,; Å),
    the standard deviation of the displacement of its atoms along a direction; its axes have been
    multiplied by 1 + N·STRAIN·level. Displacements are in units of the level, strains of
    STRAIN·level.
    """

    def __init__(self, *, width: int, blocks: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.settings = {"width": width, "blocks": blocks}
        self.network = self._build(width, blocks)
        self.built = True

    @staticmethod
    def _build(width: int, blocks: int) -> keras.Model:
        species = keras.Input((None,), dtype="int32")
        coords, axes, level = keras.Input((None, 3)), keras.Input((3, 3)), keras.Input(())
        atoms = layers.Embedding(TILES, width)(species)
        mean = layers.Dense(width, name=MEAN)(MeanOfAtoms()(atoms, species))
        about = layers.add([mean, layers.Dense(width, name=LEVEL)(NoiseLevelFeatures()(level))])
        start = layers.add([atoms, layers.Reshape((1, width))(about)])
        atoms, vector_features, *around = pass_messages(start, species, coords, axes, blocks)
        displacements = Displacements()(vector_features, species)
        strain = Strain()(atoms, *around, species)
        return keras.Model([species, coords, axes, level], [displacements, strain])

    def call(self, inputs: Mapping[str, Any], training: bool | None = None) -> Any:
        """Give the displacements (b, n, 3) and strains (b, 3, 3)."""
        read = [inputs[name] for name in ("species", "coords", "axes", "level")]
        return self.network(read, training=training)

    def loss_of(self, inputs: Any, outputs: Any) -> Any:
        """Return the mean squared errors of displacements and strain, both in their units."""
        displacements, strain = outputs
        used = ops.cast(inputs["species"] > 0, "float32")
        error = ops.mean(ops.square(displacements - inputs["displacements"]), axis=-1)
        displacement_loss = ops.mean(ops.sum(error * used, axis=1) / ops.sum(used, axis=1))
        return displacement_loss + ops.mean(ops.square(strain - inputs["strain"]))
