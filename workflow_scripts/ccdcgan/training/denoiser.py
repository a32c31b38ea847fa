"""Training of the denoiser by score matching (Song and Ermon, NeurIPS 2019; CDVAE, ICLR 2022)."""

import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd

from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.denoiser import DenoiserSettings
from ccdcgan.core.settings.hardware import HardwareSettings
from ccdcgan.crystals.arrays import select
from ccdcgan.crystals.table import Crystals
from ccdcgan.networks.denoiser import Denoiser
from ccdcgan.networks.files import parameters, to_numpy
from ccdcgan.networks.noise import HIGHEST, LOWEST, add_noise
from ccdcgan.training.loop import Batches, averaging_adamw, fit
from ccdcgan.training.run import run_training

logger = logging.getLogger(__name__)
VALIDATED = 256  # validation crystals
LEVELS = (0.05, 0.2, 0.8)  # Å; at which the validation part is measured


def train_denoiser(
    structures: str,
    outputs: Mapping[str, str],
    settings: DenoiserSettings,
    *,
    seed: int,
    identity: Mapping[str, Any],
    hardware: HardwareSettings,
) -> None:
    """Train the denoiser of a table of structures and write it.

    outputs: the files `model` and `history`.
    """

    def run(folder: Path, callbacks: list[keras.callbacks.Callback]) -> Any:
        crystals = Crystals.read(structures)
        model, history = fit_denoiser(crystals, settings, folder, seed, callbacks)
        return {"model": model}, history

    run_training(run, outputs, name="denoiser", identity=identity, hardware=hardware)


def fit_denoiser(
    structures: Crystals,
    settings: DenoiserSettings,
    folder: Path,
    seed: int,
    callbacks: Sequence[keras.callbacks.Callback] = (),
) -> tuple[Denoiser, pd.DataFrame]:
    """Train on the phases of the training part; return network and history.

    The weights are running averages. Strained and rattled copies are left out: they are disturbed
    themselves. `folder` and `callbacks`: see `fit`. Raises `InputError` without a training phase.
    """
    keras.utils.set_random_seed(seed)
    phases = structures.phases()
    train = phases.part("train")
    if not len(train):
        raise InputError("no phase in the part 'train': enlarge the data or data.split")
    crystals = train.arrays()
    model = Denoiser(width=settings.width, blocks=settings.blocks)
    model.compile(averaging_adamw(settings), jit_compile=False)  # it takes longer than it gains
    logger.info("%d parameters, %d training crystals", parameters(model), len(train))

    def load(chosen: Any, random: np.random.Generator) -> Any:
        level = np.exp(random.uniform(np.log(LOWEST), np.log(HIGHEST), len(chosen)))
        return add_noise(select(crystals, chosen), level, random), np.zeros((len(chosen), 1), "f4")

    batches = Batches(
        len(train),
        settings.batch,
        seed,
        load,
        steps=settings.steps_per_epoch,
        sizes=(crystals["species"] > 0).sum(axis=1),
    )
    history = fit(
        model,
        batches,
        None,
        folder,
        epochs=-(-settings.steps // settings.steps_per_epoch),
        patience=None,
        measure=_validation_losses(model, phases.part("validation"), seed),
        callbacks=callbacks,
    )
    return model, history


def _validation_losses(
    model: Denoiser, phases: Crystals, seed: int
) -> Callable[[], dict[str, float]] | None:
    """Make what measures the loss of some phases at some levels, always of the same noise."""
    if not len(phases):
        return None
    number = min(VALIDATED, len(phases))
    chosen = phases.take(phases["id"].sample(number, random_state=seed % 2**32)).arrays()
    every = select(chosen, np.arange(len(chosen["cell"])))
    noise = {
        level: add_noise(every, np.full(len(every["cell"]), level), np.random.default_rng(seed))
        for level in LEVELS
    }

    def measure() -> dict[str, float]:
        return {
            f"val_{level}_loss": float(to_numpy(model.loss_of(x, model(x, training=False))))
            for level, x in noise.items()
        }

    return measure
