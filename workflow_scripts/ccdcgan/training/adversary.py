"""What the trainings of both generators share: constant networks, the loop, a watch."""

import logging
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import pandas as pd
from keras import ops

from ccdcgan.core.settings.gan import SharedGanSettings
from ccdcgan.networks.files import parameters
from ccdcgan.training.constraint_loss import ConstraintTerm
from ccdcgan.training.loop import Batches, fit

logger = logging.getLogger(__name__)
WINNING_LOSS = 0.02  # of ln 2, the loss of a discriminator that guesses: below, it hardly errs …
PATIENCE = 3  # … and after so many epochs of that in a row it has won


def constant_call(network: keras.Model, inputs: Any) -> Any:
    """Apply a network whose weights are constants: gradients pass to the inputs alone."""
    weights = [ops.stop_gradient(variable.value) for variable in network.trainable_variables]
    others = [variable.value for variable in network.non_trainable_variables]
    outputs, _ = network.stateless_call(weights, others, inputs, training=True)
    return outputs


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
