"""Training of the refiner, on pairs of exchanged templates and true crystals."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.hardware import HardwareSettings
from ccdcgan.core.settings.refiner import RefinerSettings
from ccdcgan.crystals.arrays import axes_of_cells, width_of
from ccdcgan.networks.denoiser import Denoiser
from ccdcgan.networks.files import load_model, parameters
from ccdcgan.networks.refiner import DISPLACEMENT, STRAIN, Refiner
from ccdcgan.training.exchange_pairs import read_pairs
from ccdcgan.training.loop import Batches, averaging_adamw, fit
from ccdcgan.training.run import run_training

logger = logging.getLogger(__name__)
VALIDATED = 1024  # pairs of the validation part


def train_refiner(
    pairs: Sequence[str],
    denoiser: str,
    outputs: Mapping[str, str],
    settings: RefinerSettings,
    *,
    seed: int,
    identity: Mapping[str, Any],
    hardware: HardwareSettings,
) -> None:
    """Train the refiner on shards of pairs and write it.

    denoiser: the file of the one that it goes on from. outputs: the files `model` and `history`.
    """

    def run(folder: Path, callbacks: list[keras.callbacks.Callback]) -> Any:
        train, validation = (read_pairs(pairs, part) for part in ("train", "validation"))
        start = load_model(denoiser, Denoiser)
        model, history = fit_refiner(train, validation, start, settings, folder, seed, callbacks)
        return {"model": model}, history

    run_training(run, outputs, name="refiner", identity=identity, hardware=hardware)


def fit_refiner(
    train: Mapping[str, NDArray],
    validation: Mapping[str, NDArray],
    denoiser: Denoiser,
    settings: RefinerSettings,
    folder: Path,
    seed: int,
    callbacks: Sequence[keras.callbacks.Callback] = (),
) -> tuple[Refiner, pd.DataFrame]:
    """Train on pairs, as of `read_pairs`, from the weights of a denoiser; return network, history.

    The weights are running averages. The history's `val_loss` is that of validation pairs, beside
    `val_exchange_loss`, that of leaving exchanges as they are. `folder` and `callbacks`: see `fit`.
    Raises `InputError` without a training pair.
    """
    keras.utils.set_random_seed(seed)
    if not len(train["cell"]):
        raise InputError(
            "no two phases of the part 'train' are of one structure type and other elements, so "
            "there is no exchange to learn from; enlarge the data or data.split"
        )
    model = Refiner.of_denoiser(denoiser)
    model.compile(averaging_adamw(settings), jit_compile=False)  # it takes longer than it gains
    logger.info("%d parameters, %d training pairs", parameters(model), len(train["cell"]))

    def load(chosen: Any, random: np.random.Generator) -> Any:
        return network_inputs(train, chosen), np.zeros((len(chosen), 1), "f4")

    batches = Batches(
        len(train["cell"]),
        settings.batch,
        seed,
        load,
        steps=settings.steps_per_epoch,
        sizes=(train["species"] > 0).sum(axis=1),
    )
    measured = _held_back(validation, settings.batch, seed)
    history = fit(
        model,
        batches,
        None,
        folder,
        epochs=-(-settings.steps // settings.steps_per_epoch),
        patience=None,
        measure=(lambda: _losses(model, measured)) if measured else None,
        callbacks=callbacks,
    )
    return model, history


def network_inputs(pairs: Mapping[str, NDArray], rows: Any) -> dict[str, NDArray]:
    """Give what the refiner reads of some pairs, and its targets in its units."""
    width = width_of(pairs["species"][rows])
    species, former = (pairs[name][rows, :width].astype("i4") for name in ("species", "former"))
    return {
        "species": species,
        "former": former,
        "coords": pairs["coords"][rows, :width],
        "axes": axes_of_cells(pairs["cell"][rows]).astype("f4"),
        "displacements": pairs["displacements"][rows, :width] / DISPLACEMENT,
        "strain": pairs["strain"][rows] / STRAIN,
    }


def _held_back(pairs: Mapping[str, NDArray], size: int, seed: int) -> list[dict[str, NDArray]]:
    """Draw batches of validation pairs, of cells of similar size."""
    random = np.random.default_rng(seed)
    total = len(pairs["cell"])
    chosen = random.choice(total, min(VALIDATED, total), replace=False)
    chosen = chosen[np.argsort((pairs["species"][chosen] > 0).sum(axis=1), kind="stable")]
    parts = [chosen[first : first + size] for first in range(0, len(chosen), size)]
    return [network_inputs(pairs, part) for part in parts]


def _losses(model: Refiner, batches: Sequence[Mapping[str, NDArray]]) -> dict[str, float]:
    """Measure the mean losses of the refiner and of leaving all as it is."""
    sizes = [len(batch["axes"]) for batch in batches]
    found = {
        "val_loss": [float(model.loss_of(one, model(one, training=False))) for one in batches],
        "val_exchange_loss": [
            float(model.loss_of(one, (np.zeros_like(one["displacements"]), 0 * one["strain"])))
            for one in batches
        ],
    }
    return {name: float(np.average(losses, weights=sizes)) for name, losses in found.items()}
