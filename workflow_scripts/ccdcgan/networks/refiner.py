"""The refiner: how a crystal changes when its elements are exchanged for others."""

from collections.abc import Mapping
from typing import Any

import keras
from keras import layers, ops

from ccdcgan.networks.base import Network, OwnLoss, register
from ccdcgan.networks.denoiser import Displacements, Strain
from ccdcgan.networks.message_passing import MeanOfAtoms, pass_messages
from ccdcgan.representation.graph_layout import TILES

DISPLACEMENT = 0.1  # Å; the unit of the displacements that the network gives …
STRAIN = 0.012  # … and that of the strains
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
        atoms = layers.add(
            [layers.Embedding(TILES, width)(species), layers.Embedding(TILES, width)(former)]
        )
        mean = layers.Dense(width)(MeanOfAtoms()(atoms, species))
        start = layers.add([atoms, layers.Reshape((1, width))(mean)])
        atoms, vector_features, *around = pass_messages(start, species, coords, axes, blocks)
        displacements = Displacements()(vector_features, species)
        strain = Strain()(atoms, *around, species)
        return keras.Model([species, former, coords, axes], [displacements, strain])

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


def _huber(error: Any) -> Any:
    size = ops.abs(error)
    return ops.where(size < LARGE, ops.square(error), LARGE * (2 * size - LARGE))
