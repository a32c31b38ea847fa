"""Adversarial training of the generator, with and without constraints (equations 1 and 2)."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
from keras import ops

from ccdcgan.constraint import pull
from ccdcgan.graph_data import GraphTable
from ccdcgan.networks.tiles import Constraint, Discriminator, Generator
from ccdcgan.training import Batches, cosine, fit, parameters

logger = logging.getLogger(__name__)
JITTER = 0.05  # step of the finite difference in the smoothness penalty


@dataclass(frozen=True)
class Drive:
    """One term ω·f(E) of the generator's loss: a frozen network, its weight, goal and target."""

    network: Constraint
    weight: float
    goal: str
    target: float | None = None


class Adversary(keras.Model):
    """Trains a generator and a discriminator together, in one step of one optimiser.

    The discriminator's score of a real crystal is compared with that of a generated one of the
    same composition (relativistic pairing, Jolicoeur-Martineau 2018). A penalty on the change of
    the score under small noise, at real and at generated crystals, stands in for the squared
    gradient (R1 and R2; Mescheder et al. 2018) without second derivatives. With `drives` the
    generator also minimises Σ ωᵢ f(Eᵢ), equation (2).
    """

    def __init__(
        self,
        generator: Generator,
        discriminator: Discriminator,
        drives: Sequence[Drive],
        penalty: float,
    ) -> None:
        super().__init__()
        self.generator, self.discriminator, self.penalty = generator, discriminator, penalty
        self._untracked = _Untracked(drives)
        names = ["discriminator_loss", "generator_loss", "penalty", "real_score", "fake_score"]
        names += [f"predicted_{drive.network.name}" for drive in drives]
        self.means = {name: keras.metrics.Mean(name=name) for name in names}
        self.built = True

    def call(self, inputs: Mapping[str, Any], training: bool | None = None) -> Any:
        """Tiles of generated crystals."""
        network = self.generator.network
        return network([inputs["noise"], inputs["numbers"], inputs["counts"]], training=training)

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool | None = True,
    ) -> Any:
        fake, real, numbers, counts = y_pred, x["tiles"], x["numbers"], x["counts"]
        held = ops.stop_gradient(fake)
        real_score, fake_score = self._score(real, x), self._score(held, x)
        noise = JITTER * x["jitter"] * ops.cast(ops.not_equal(real, 0), real.dtype)
        change = ops.square(self._score(real + noise, x) - real_score)
        change = change + ops.square(self._score(held + noise, x) - fake_score)
        penalty = ops.mean(change) * self.penalty / (2 * JITTER**2)
        critic = ops.mean(ops.softplus(fake_score - real_score))

        # The generator sees the discriminator's weights as constants.
        weights = [
            ops.stop_gradient(v.value) for v in self.discriminator.network.trainable_variables
        ]
        others = [v.value for v in self.discriminator.network.non_trainable_variables]
        seen, _ = self.discriminator.network.stateless_call(
            weights, others, [fake, numbers, counts], training=True
        )
        adversarial = ops.mean(ops.softplus(ops.stop_gradient(real_score) - seen))
        driven = 0.0
        for drive in self._untracked.drives:
            values = drive.network.of_tiles(fake, numbers, training=False)
            driven = driven + drive.weight * pull(values, drive.goal, drive.target)
            self.means[f"predicted_{drive.network.name}"].update_state(values)
        for name, value in (
            ("discriminator_loss", critic),
            ("generator_loss", adversarial),
            ("penalty", penalty),
            ("real_score", real_score),
            ("fake_score", fake_score),
        ):
            self.means[name].update_state(value)
        return critic + penalty + adversarial + driven

    def _score(self, tiles: Any, x: Mapping[str, Any]) -> Any:
        return self.discriminator.network([tiles, x["numbers"], x["counts"]], training=True)


class _Untracked:
    """Hides the frozen networks from Keras, so that they are neither trained nor checkpointed."""

    def __init__(self, drives: Sequence[Drive]) -> None:
        self.drives = list(drives)


def train_gan(
    graphs: GraphTable,
    drives: Sequence[Drive],
    settings: Mapping[str, Any],
    latent: Mapping[str, int],
    folder: Path,
    seed: int,
) -> tuple[Generator, Discriminator, pd.DataFrame]:
    """Train on the training part; the weights given back are their running averages.

    `latent`: how many numbers the `lattice` and the `sites` of an element have.
    """
    keras.utils.set_random_seed(seed)
    shape = {"width": settings["width"], "blocks": settings["blocks"]}
    generator = Generator(noise=settings["noise"], **latent, **shape)
    discriminator = Discriminator(**shape)
    for drive in drives:
        drive.network.trainable = False
    adversary = Adversary(generator, discriminator, drives, settings["penalty"])
    adversary.compile(
        keras.optimizers.Adam(
            cosine(settings["learning_rate"], settings["steps"]),
            beta_1=0.0,
            beta_2=0.99,
            use_ema=True,
            ema_momentum=settings["average"],
        )
    )
    train = graphs.part("train")
    logger.info("%d parameters, %d training graphs", parameters(adversary), len(train.labels))
    history = fit(
        adversary,
        _batches(train, settings, seed),
        None,
        folder,
        epochs=-(-settings["steps"] // settings["steps_per_epoch"]),
        patience=None,
        identity={
            "settings": dict(settings),
            "drives": [[drive.network.name, drive.weight, drive.goal] for drive in drives],
            "seed": seed,
            "graphs": len(train.labels),
        },
    )
    return generator, discriminator, history


def _batches(train: GraphTable, settings: Mapping[str, Any], seed: int) -> Batches:
    def load(rows: Any, random: np.random.Generator) -> Any:
        tiles = train.tiles[rows]
        inputs = {
            "tiles": tiles,
            "numbers": train.numbers[rows],
            "counts": train.counts[rows],
            "noise": random.standard_normal((len(rows), settings["noise"]), dtype="f4"),
            "jitter": random.standard_normal(tiles.shape, dtype="f4"),
        }
        return inputs, np.zeros((len(rows), 1), dtype="f4")

    samples, size = len(train.labels), settings["batch"]
    return Batches(samples, size, seed, load, steps=settings["steps_per_epoch"])
