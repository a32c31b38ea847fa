"""What the classes of the networks share: settings, and a loss of their own."""

from typing import Any

import keras
import numpy as np
import pytest

from ccdcgan.networks.base import OwnLoss, build_optimizer
from ccdcgan.networks.discriminator import Discriminator


class Number(OwnLoss):
    """One number, which is trained to be that of the batch."""

    def __init__(self) -> None:
        super().__init__()
        self.number = self.add_weight(shape=(), initializer="zeros")
        self.built = True
        self.traces = 0

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        return self.number + 0.0

    def loss_of(self, inputs: Any, outputs: Any) -> Any:
        self.traces += 1
        return keras.ops.mean(keras.ops.square(outputs - inputs["wanted"]))


def test_a_network_learns_by_its_own_loss() -> None:
    network = Number()
    network.compile(keras.optimizers.SGD(0.4), jit_compile=False)
    batch = {"wanted": np.full((4,), 3.0, "f4")}, np.zeros((4, 1), "f4")
    losses = [float(np.ravel(network.train_on_batch(*batch))[0]) for _ in range(10)]
    assert losses[0] > 8.9 and abs(float(network.number) - 3.0) < 1e-3


@pytest.mark.parametrize(("early", "traces"), [(False, 2), (True, 1)])
def test_an_update_of_a_built_optimiser_is_traced_once(early: bool, traces: int) -> None:
    network = Number()
    network.compile(keras.optimizers.SGD(0.1, momentum=0.9), jit_compile=False)
    if early:
        build_optimizer(network)
    batch = {"wanted": np.full((4,), 3.0, "f4")}, np.zeros((4, 1), "f4")
    for _ in range(3):
        network.train_on_batch(*batch)
    assert network.traces == traces
    assert float(network.number) == pytest.approx(2.814, abs=1e-5)  # 0.6 + 1.02 + 1.194


def test_a_network_is_made_again_of_its_settings() -> None:
    network = Discriminator(width=16, blocks=2)
    again = Discriminator.from_config(network.get_config())
    assert again.settings == {"width": 16, "blocks": 2}
    shapes = [[weight.shape for weight in one.weights] for one in (network, again)]
    assert shapes[0] == shapes[1] and shapes[0]
