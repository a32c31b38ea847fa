"""Descent in the latent space: the noise of a graph moved toward what the constraints ask for.

Between sampling and training: generator, discriminator and constraints stay as they are, and the
800 numbers of each graph take some steps down Σ ωᵢ f(Eᵢ) (equation 2 of the paper).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from ccdcgan.networks.base import OwnLoss, build_optimizer
from ccdcgan.networks.discriminator import Discriminator
from ccdcgan.networks.files import to_numpy
from ccdcgan.networks.generator import Generator
from ccdcgan.training.constraint_loss import ConstraintTerm, constraint_loss

ROUNDING = 1e-3  # of a score: what it may fall short of itself, or rounding would move the noise


class Descent(OwnLoss):
    """Holds the noise of a batch as its weights.

    A graph that the discriminator scores lower than at the start pays for it, and so does noise
    longer than Gaussian noise is.
    """

    def __init__(
        self,
        generator: Generator,
        discriminator: Discriminator,
        terms: Sequence[ConstraintTerm],
        batch: int,
    ) -> None:
        super().__init__()
        self._frozen = lambda: (generator, discriminator, terms)  # Keras would train what it sees
        self.noise = self.add_weight(shape=(batch, generator.noise), name="noise")
        self.built = True

    def call(self, inputs: Mapping[str, Any], training: bool | None = None) -> Any:
        """Return the constraint loss (b,) and the score (b,) of what the noise gives."""
        generator, discriminator, terms = self._frozen()
        numbers, counts = inputs["numbers"], inputs["counts"]
        noise = ops.convert_to_tensor(self.noise)
        tiles, coords, cell = generator.network([noise, numbers, counts])
        made = {"species": inputs["species"], "coords": coords, "cell": cell}
        made["graphs"] = generator.graph(tiles, numbers)
        loss: Any = 0.0
        for term in terms:
            share = term.weight / sum(one.weight for one in terms)
            loss = loss + share * constraint_loss(term.network(made), term.goal, term.target)
        return loss, discriminator.network([tiles, numbers, counts])

    def loss_of(self, inputs: Any, outputs: Any) -> Any:
        """Return the sum over the graphs, so that they do not meet."""
        loss, score = outputs
        length = ops.mean(ops.square(self.noise), axis=1)
        lost = ops.relu(inputs["score"] - score - ROUNDING)
        return ops.sum(loss + lost + ops.relu(length - 1))


def descend(
    generator: Generator,
    discriminator: Discriminator,
    terms: Sequence[ConstraintTerm],
    noise: NDArray[np.float32],
    crystals: Mapping[str, NDArray],
    *,
    steps: int,
    rate: float,
) -> NDArray[np.float32]:
    """Move the noise (b, n) in so many steps with momentum at a learning rate.

    `crystals`: numbers and counts (b, k) and species (b, MAX_ATOMS) of the compositions.
    """
    model = Descent(generator, discriminator, terms, len(noise))
    model.noise.assign(noise)
    inputs = {**crystals, "score": np.zeros(len(noise), "f4")}
    inputs["score"] = to_numpy(model(inputs)[1])
    model.compile(keras.optimizers.SGD(rate, momentum=0.9), jit_compile=False)
    build_optimizer(model)
    for _ in range(steps):
        model.train_on_batch(inputs, np.zeros((len(noise), 1), "f4"))
    return to_numpy(model.noise.value)
