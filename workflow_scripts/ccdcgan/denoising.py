"""Training of the denoiser, and generated crystals whose parts it makes fit.

Noise is added to atoms and cell, and a network learns to take it away (score matching, Song and
Ermon, NeurIPS 2019; for crystals CDVAE, Xie et al., ICLR 2022). From a crystal that a generator
placed roughly, less and less noise is taken away and added again, until none is left. What a
network has left undone is made up for by further steps without noise.
"""

import itertools
import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ccdcgan.crystals import crystal_arrays, select
from ccdcgan.errors import InputError
from ccdcgan.networks.denoiser import STRAIN, Denoiser
from ccdcgan.networks.generator import COLUMNS, MAX_ATOMS, ROWS
from ccdcgan.training import Batches, cosine, fit, parameters, to_numpy

logger = logging.getLogger(__name__)
LEAST, MOST = 0.03, 1.5  # Å; noise levels
LARGEST = 0.35  # strain component; larger ones are cut
WATCHED = 256  # validation crystals
LEVELS = (0.05, 0.2, 0.8)  # Å; at which the validation part is measured
CHUNK = 64
SETTLING = (0.2, 0.05)  # Å; the first and the last level at which a crystal settles …
MOMENTUM = 0.5  # … and the share of a step that is taken again in the next


def disturbed(
    crystals: Mapping[str, NDArray], level: NDArray, random: np.random.Generator
) -> dict[str, NDArray]:
    """Crystals with noise of some levels (b,; Å), and the moves and strains that take it back."""
    species, coords = crystals["species"], crystals["coords"]
    axes = _matrices(crystals["cell"])
    change = _symmetric(random, len(axes)) * STRAIN * level[:, None, None]
    change = np.clip(change, -LARGEST, LARGEST)
    strained = axes @ (np.eye(3) + change)
    steps = random.standard_normal(coords.shape) * level[:, None, None]
    moved = coords + steps @ np.linalg.inv(strained)
    used = (species > 0)[:, :, None]
    back = coords - moved
    back = (back - np.round(back)) @ strained * used
    back -= back.sum(axis=1, keepdims=True) / used.sum(axis=1, keepdims=True) * used
    found = {
        "coords": moved % 1,
        "axes": strained,
        "level": level,
        "moves": back / level[:, None, None],
        "strain": -change / (STRAIN * level[:, None, None]),
    }
    return {"species": species, **{name: values.astype("f4") for name, values in found.items()}}


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


def denoise(
    model: Denoiser,
    crystals: Mapping[str, NDArray],
    random: Sequence[np.random.Generator],
    *,
    start: float,
    levels: int,
    settle: int,
) -> dict[str, NDArray]:
    """Crystals (species, coords, cell as in `crystal_arrays`) whose parts fit each other.

    start: noise level (Å) of the crystals as they come; levels: steps from it to LEAST; settle:
    steps without noise after them. `random` is one generator a crystal, so that each does not
    depend on those it shares a batch with.
    """
    sizes = (crystals["species"] > 0).sum(axis=1)
    coords, cells = np.array(crystals["coords"], "f8"), np.array(crystals["cell"], "f8")
    order = np.argsort(sizes, kind="stable")
    for first in range(0, len(order), CHUNK):
        rows = order[first : first + CHUNK]
        part = select({**crystals, "coords": coords, "cell": cells}, rows)
        moved, axes = _descend(model, part, [random[row] for row in rows], start, levels)
        moved, axes = _settle(model, part["species"], moved, axes, settle)
        coords[rows, : moved.shape[1]] = moved % 1
        metric = axes @ np.swapaxes(axes, 1, 2)
        cells[rows] = np.linalg.cholesky(metric)[:, ROWS, COLUMNS]
    return {**crystals, "coords": coords.astype("f4"), "cell": cells.astype("f4")}


def _descend(
    model: Denoiser,
    crystals: Mapping[str, NDArray],
    random: Sequence[np.random.Generator],
    start: float,
    levels: int,
) -> tuple[NDArray, NDArray]:
    species, coords, axes = crystals["species"], crystals["coords"], _matrices(crystals["cell"])
    used = (species > 0)[:, :, None]
    ladder = np.append(np.geomspace(start, LEAST, levels), 0.0)
    for level, following in itertools.pairwise(ladder):
        moves, strain = _back(model, species, coords, axes, level)
        share = 1 - (following / level) ** 2
        spread = np.sqrt(share) * following
        noise = np.stack([one.standard_normal((MAX_ATOMS, 3)) for one in random])
        noise = noise[:, : coords.shape[1]]  # whatever the width of the batch
        turn = np.stack([_symmetric(one, 1)[0] for one in random])
        change = STRAIN * (share * level * strain + spread * turn)
        coords = coords + (share * level * moves + spread * noise * used) @ np.linalg.inv(axes)
        axes = axes @ (np.eye(3) + np.clip(change, -LARGEST, LARGEST))
    return coords, axes


def _settle(
    model: Denoiser, species: NDArray, coords: NDArray, axes: NDArray, steps: int
) -> tuple[NDArray, NDArray]:
    """Repeated small steps: of one alone much of the noise is left (see docs/NETWORKS.md)."""
    step, change = np.zeros(coords.shape), np.zeros(axes.shape)
    for level in np.geomspace(*SETTLING, steps):
        moves, strain = _back(model, species, coords, axes, level)
        step = MOMENTUM * step + level * moves
        change = MOMENTUM * change + STRAIN * level * strain
        coords = coords + step @ np.linalg.inv(axes)
        axes = axes @ (np.eye(3) + np.clip(change, -LARGEST, LARGEST))
    return coords, axes


def _back(
    model: Denoiser, species: NDArray, coords: NDArray, axes: NDArray, level: float
) -> tuple[NDArray, NDArray]:
    """Moves and strains, in their units, that take noise of one level (Å) back."""
    inputs = {
        "species": species,
        "coords": coords.astype("f4"),
        "axes": axes.astype("f4"),
        "level": np.full(len(coords), level, "f4"),
    }
    moves, strain = (to_numpy(part) for part in model.predict_on_batch(inputs))
    return moves, strain


def _symmetric(random: np.random.Generator, number: int) -> NDArray:
    values = random.standard_normal((number, 3, 3))
    return (values + np.swapaxes(values, 1, 2)) / 2


def _matrices(cell: NDArray) -> NDArray:
    axes = np.zeros((len(cell), 3, 3))
    axes[:, ROWS, COLUMNS] = cell
    return axes
