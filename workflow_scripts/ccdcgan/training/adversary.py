"""What the trainings of the generators share: constant networks, the loop, a watch."""

import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import pandas as pd
from keras import ops

from ccdcgan.core.settings.gan import AtomsGanTraining, SharedGanSettings, TilesGanTraining
from ccdcgan.networks.files import parameters
from ccdcgan.training.constraint_loss import ConstraintTerm
from ccdcgan.training.loop import Batches, cosine_schedule, fit

logger = logging.getLogger(__name__)
JITTER = 0.05  # step of the finite difference in the smoothness penalty
WINNING_LOSS = 0.02  # of ln 2, the loss of a discriminator that guesses: below, it hardly errs …
PATIENCE = 3  # … and after so many epochs of that in a row it has won


def constant_call(network: keras.Model, inputs: Any) -> Any:
    """Apply a network whose weights are constants: gradients pass to the inputs alone."""
    weights = [ops.stop_gradient(variable.value) for variable in network.trainable_variables]
    others = [variable.value for variable in network.non_trainable_variables]
    outputs, _ = network.stateless_call(weights, others, inputs, training=True)
    return outputs


def averaging_adam(settings: AtomsGanTraining | TilesGanTraining) -> keras.optimizers.Adam:
    """Make the optimiser of a generator and its discriminator; it averages their weights."""
    return keras.optimizers.Adam(
        cosine_schedule(settings.learning_rate, settings.steps),
        beta_1=0.0,
        beta_2=0.99,
        use_ema=True,
        ema_momentum=settings.average,
    )


@dataclass(frozen=True)
class PairedScores:
    """Scores (b,) of real and of generated crystals, and how much they change under small noise."""

    real: Any
    fake: Any
    change: Any


def paired_scores(
    network: keras.Model, real: Any, fake: Any, numbers: tuple[Any, Any], counts: Any, jitter: Any
) -> PairedScores:
    """Score tiles (b, k, 256) of real and of generated crystals.

    numbers: of both, (b, k) each; counts: (b, k), the same for both. jitter: Gaussian noise, of
    the shape of the tiles. The mean square of the change, over the square of the noise, stands in
    for the squared gradients (R1 and R2; Mescheder et al. 2018) without second derivatives.
    """
    noise = JITTER * jitter * ops.cast(ops.not_equal(real, 0), real.dtype)
    # All in one call, not four: on so few tokens the update is a fifth faster for it.
    every = ops.concatenate([real, fake, real + noise, fake + noise], axis=0)
    told = ops.concatenate([*numbers, *numbers], axis=0)
    scores = network([every, told, ops.concatenate([counts] * 4, axis=0)], training=True)
    real_score, fake_score, real_near, fake_near = ops.split(scores, 4)
    change = ops.square(real_near - real_score) + ops.square(fake_near - fake_score)
    return PairedScores(real_score, fake_score, ops.mean(change) / (2 * JITTER**2))


class DiscriminatorWatch(keras.callbacks.Callback):
    """Says once, in the log, that the discriminator has won: it then has nothing to teach.

    The training goes on: constraints and other terms of the loss still move the generator.
    """

    def __init__(self, hint: str) -> None:
        super().__init__()
        self.hint, self.won = hint, 0

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        loss = float((logs or {})["discriminator_loss"])
        if self.won == PATIENCE:
            return
        self.won = self.won + 1 if loss < WINNING_LOSS * math.log(2) else 0
        if self.won == PATIENCE:
            logger.warning(
                "epoch %d: the discriminator has won: its loss was below %.2g for %d epochs (%.2g "
                "now, 0.69 where it guesses), so the generator learns little more from it: %s",
                *(epoch + 1, WINNING_LOSS * math.log(2), PATIENCE, loss, self.hint),
            )


def fit_adversary(
    adversary: Any,
    batches: Batches,
    terms: Sequence[ConstraintTerm],
    settings: SharedGanSettings,
    folder: Path,
    seed: int,
    callbacks: Sequence[keras.callbacks.Callback] = (),
) -> pd.DataFrame:
    """Train a compiled generator and discriminator for `gan.steps` updates; return the history.

    The adversary's `hint` says what to do should the discriminator win. `folder` and `callbacks`:
    see `fit`.
    """
    logger.info("%d parameters, %d training graphs", parameters(adversary), batches.samples)
    return fit(
        adversary,
        batches,
        None,
        folder,
        epochs=-(-settings.steps // settings.steps_per_epoch),
        patience=None,
        callbacks=[*callbacks, DiscriminatorWatch(adversary.hint)],
    )
