"""Training of the denoiser by score matching (Song and Ermon, NeurIPS 2019; CDVAE, ICLR 2022)."""

import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd

from ccdcgan.core.errors import InputError
from ccdcgan.crystals.arrays import crystal_arrays, select
from ccdcgan.networks.denoiser import Denoiser
from ccdcgan.networks.files import parameters, to_numpy
from ccdcgan.networks.noise import LEAST, MOST, disturbed
from ccdcgan.training.loop import Batches, cosine, fit

logger = logging.getLogger(__name__)
WATCHED = 256  # validation crystals
LEVELS = (0.05, 0.2, 0.8)  # Å; at which the validation part is measured


def train_denoiser(
    structures: pd.DataFrame,
    settings: Mapping[str, Any],
    folder: Path,
    seed: int,
    watchers: Sequence[keras.callbacks.Callback] = (),
) -> tuple[Denoiser, pd.DataFrame]:
    """Train on the phases of the training part; the weights given back are running averages.

    Strained and rattled variants are left out: they are disturbed themselves. `watchers`: see
    `fit`.
    """
    keras.utils.set_random_seed(seed)
    phases = structures[structures["kind"] == "phase"]
    rows = phases[phases["split"] == "train"]
    if rows.empty:
        raise InputError("no phase in the part 'train': enlarge the data or data.split")
    crystals = crystal_arrays(rows)
    model = Denoiser(width=settings["width"], blocks=settings["blocks"])
    model.compile(
        keras.optimizers.AdamW(
            cosine(settings["learning_rate"], settings["steps"]),
            weight_decay=1e-4,
            clipnorm=1.0,
            use_ema=True,
            ema_momentum=settings["average"],
        ),
        jit_compile=False,  # compiling takes longer than it gains
    )
    logger.info("%d parameters, %d training crystals", parameters(model), len(rows))

    def load(chosen: Any, random: np.random.Generator) -> Any:
        level = np.exp(random.uniform(np.log(LEAST), np.log(MOST), len(chosen)))
        return disturbed(select(crystals, chosen), level, random), np.zeros((len(chosen), 1), "f4")

    batches = Batches(
        len(rows),
        settings["batch"],
        seed,
        load,
        steps=settings["steps_per_epoch"],
        sizes=(crystals["species"] > 0).sum(axis=1),
    )
    history = fit(
        model,
        batches,
        None,
        folder,
        epochs=-(-settings["steps"] // settings["steps_per_epoch"]),
        patience=None,
        identity={"settings": dict(settings), "seed": seed, "structures": len(rows)},
        measure=_watch(model, phases, seed),
        watchers=watchers,
    )
    return model, history


def _watch(
    model: Denoiser, phases: pd.DataFrame, seed: int
) -> Callable[[], dict[str, float]] | None:
    """Measures the loss of validation crystals at some levels, always of the same noise."""
    rows = phases[phases["split"] == "validation"]
    if rows.empty:
        return None
    crystals = crystal_arrays(rows.sample(min(WATCHED, len(rows)), random_state=seed % 2**32))
    every = select(crystals, np.arange(len(crystals["cell"])))
    noise = {
        level: disturbed(every, np.full(len(every["cell"]), level), np.random.default_rng(seed))
        for level in LEVELS
    }

    def measure() -> dict[str, float]:
        return {
            f"val_{level}_loss": float(
                to_numpy(model.compute_loss(x=x, y_pred=model(x, training=False)))
            )
            for level, x in noise.items()
        }

    return measure
