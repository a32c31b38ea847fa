"""The refiner: how a crystal changes when its elements are exchanged for others."""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
from keras import layers, ops

from ccdcgan.networks import denoiser
from ccdcgan.networks.base import Network, OwnLoss, register
from ccdcgan.networks.denoiser import (
    LEVEL,
    MEAN,
    Denoiser,
    Displacements,
    NoiseLevelFeatures,
    Strain,
)
from ccdcgan.networks.files import to_numpy
from ccdcgan.networks.message_passing import MeanOfAtoms, pass_messages
from ccdcgan.representation.graph_layout import TILES

DISPLACEMENT = 0.1  # Å; the unit of the displacements that the network gives …
STRAIN = denoiser.STRAIN * DISPLACEMENT  # … and that of the strains, as of a denoiser at this level
FORMER = "former"  # name of the layer that reads the elements that stood in the atoms' places
LARGE = 3.0  # units, beyond which an error counts in proportion and no longer squared


@register
class Refiner(OwnLoss, Network):
    """Gives the displacements (b, n, 3) and strains (b, 3, 3) that bring crystals to rest.

    A crystal enters as `species` (b, n), `coords` (b, n, 3) and `axes` (b, 3, 3; Å), beside the
    elements that stood in the places of its own, `former` (b, n). Displacements are in units of
    DISPLACEMENT, strains of STRAIN. Both turn with the crystal, so that no symmetry is lost.
    """

    def __init__(self, *, width: int, blocks: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.settings = {"width": width, "blocks": blocks}
        self.network = self._build(width, blocks)
        self.built = True

    @staticmethod
    def _build(width: int, blocks: int) -> keras.Model:
        species, former = (keras.Input((None,), dtype="int32") for _ in range(2))
        coords, axes = keras.Input((None, 3)), keras.Input((3, 3))
        before = layers.Embedding(TILES, width, embeddings_initializer="zeros", name=FORMER)
        atoms = layers.add([layers.Embedding(TILES, width)(species), before(former)])
        mean = layers.Dense(width, name=MEAN)(MeanOfAtoms()(atoms, species))
        start = layers.add([atoms, layers.Reshape((1, width))(mean)])
        atoms, vector_features, *around = pass_messages(start, species, coords, axes, blocks)
        displacements = Displacements()(vector_features, species)
        strain = Strain()(atoms, *around, species)
        return keras.Model([species, former, coords, axes], [displacements, strain])

    @classmethod
    def of_denoiser(cls, trained: Denoiser) -> "Refiner":
        """Make a refiner that says of any crystal what a denoiser says at the level DISPLACEMENT.

        Which elements stood in the places of others is nothing to it yet.
        """
        refiner = cls(**trained.settings)
        mine, others = (_weights_but(one.network, {FORMER, LEVEL}) for one in (refiner, trained))
        for weight, other in zip(mine, others, strict=True):
            weight.assign(other)
        level = np.array([DISPLACEMENT], dtype="f4")
        about = trained.network.get_layer(LEVEL)(NoiseLevelFeatures()(level))
        bias = refiner.network.get_layer(MEAN).bias
        bias.assign(to_numpy(bias) + to_numpy(about)[0])
        return refiner

    def call(self, inputs: Mapping[str, Any], training: bool | None = None) -> Any:
        """Give the displacements (b, n, 3) and strains (b, 3, 3)."""
        read = [inputs[name] for name in ("species", "former", "coords", "axes")]
        return self.network(read, training=training)

    def loss_of(self, inputs: Any, outputs: Any) -> Any:
        """Return the mean errors (Huber) of displacements and strain, both in their units."""
        displacements, strain = outputs
        used = ops.cast(inputs["species"] > 0, "float32")
        error = ops.mean(_huber(displacements - inputs["displacements"]), axis=-1)
        moved = ops.mean(ops.sum(error * used, axis=1) / ops.sum(used, axis=1))
        return moved + ops.mean(_huber(strain - inputs["strain"]))


def _weights_but(network: keras.Model, names: set[str]) -> list[Any]:
    """Return the weights of all layers but those of some names, in the order of the layers."""
    return [
        weight for layer in network.layers if layer.name not in names for weight in layer.weights
    ]


def _huber(error: Any) -> Any:
    size = ops.abs(error)
    return ops.where(size < LARGE, ops.square(error), LARGE * (2 * size - LARGE))
