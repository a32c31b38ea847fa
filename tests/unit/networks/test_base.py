"""What the classes of the networks share: settings, and a loss of their own."""

from typing import Any

import keras
import numpy as np

from ccdcgan.networks.base import OwnLoss
from ccdcgan.networks.discriminator import Discriminator


class Number(OwnLoss):
    """One number, which is trained to be that of the batch."""

    def __init__(self) -> None:
        super().__init__()
        self.number = self.add_weight(shape=(), initializer="zeros")
        self.built = True

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        return self.number + 0.0

    def loss_of(self, inputs: Any, outputs: Any) -> Any:
        return keras.ops.mean(keras.ops.square(outputs - inputs["wanted"]))


def test_a_network_learns_by_its_own_loss() -> None:
    network = Number()
    network.compile(keras.optimizers.SGD(0.4), jit_compile=False)
    batch = {"wanted": np.full((4,), 3.0, "f4")}, np.zeros((4, 1), "f4")
    losses = [float(np.ravel(network.train_on_batch(*batch))[0]) for _ in range(10)]
    assert losses[0] > 8.9 and abs(float(network.number) - 3.0) < 1e-3


def test_a_network_is_made_again_of_its_settings() -> None:
    network = Discriminator(width=16, blocks=2)
    again = Discriminator.from_config(network.get_config())
    assert again.settings == {"width": 16, "blocks": 2}
    shapes = [[weight.shape for weight in one.weights] for one in (network, again)]
    assert shapes[0] == shapes[1] and shapes[0]
