"""Training of the constraint: a property of a crystal from its graph (paper, section 2.3)."""

import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd

from ccdcgan.codec.graph_table import graphs_of
from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.constraint import ConstraintTraining
from ccdcgan.core.settings.finetune import LEAST
from ccdcgan.core.settings.hardware import HardwareSettings
from ccdcgan.crystals.arrays import axes_of_cells, cells_of_axes, select
from ccdcgan.crystals.compositions import Compositions, count_atoms
from ccdcgan.crystals.properties import learnable, with_property
from ccdcgan.crystals.table import Crystals
from ccdcgan.networks.autoencoder import load_autoencoders
from ccdcgan.networks.constraint import Constraint, freeze_features, take_features
from ccdcgan.networks.files import load_model, parameters, to_numpy
from ccdcgan.networks.generator import Encoders, draw_graphs, frozen_encoders
from ccdcgan.training.loop import Batches, cosine_schedule, fit
from ccdcgan.training.run import run_training

logger = logging.getLogger(__name__)
JITTER = 1e-3  # of a cell's edges and axes, in training: more than reading a graph back changes


def train_constraint(
    name: str,
    structures: str,
    shards: Sequence[str],
    exchanges: Sequence[str],
    outputs: Mapping[str, str],
    settings: ConstraintTraining,
    *,
    seed: int,
    identity: Mapping[str, Any],
    hardware: HardwareSettings,
    start: str | None = None,
    autoencoders: tuple[str, Sequence[str], Sequence[str]] | None = None,
) -> None:
    """Train the constraint of one property of a table of structures and write it.

    shards: of the graphs, for networks that read these. exchanges: tables of further crystals to
    learn from. outputs: the files `model` and `history`. start: file of the constraint from which
    the training goes on. autoencoders: arguments of `load_autoencoders`, for networks that read
    graphs: these are then written anew in training, see `fit_constraint`.
    """

    def run(folder: Path, callbacks: list[keras.callbacks.Callback]) -> Any:
        crystals = Crystals.read(structures)
        further = [Crystals.read(path, [name]) for path in exchanges]
        if start:
            crystals = learnable(crystals, name, LEAST)
        base = load_model(start, Constraint) if start else None
        encoders = frozen_encoders(load_autoencoders(*autoencoders)) if autoencoders else None
        told = (crystals, shards, name, settings, folder, seed, callbacks)
        model, history = fit_constraint(*told, further=further, start=base, encoders=encoders)
        return {"model": model}, history

    run_training(run, outputs, name=f"constraint/{name}", identity=identity, hardware=hardware)


def fit_constraint(
    structures: Crystals,
    shards: Sequence[str],
    name: str,
    settings: ConstraintTraining,
    folder: Path,
    seed: int,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    *,
    further: Sequence[Crystals] = (),
    start: Constraint | None = None,
    encoders: Encoders | None = None,
) -> tuple[Constraint, pd.DataFrame]:
    """Train the network of one property on the training part; return network and history.

    Missing values are left out. The atoms are those of the structures, which their graphs give
    back; other networks read the graphs in `shards` instead. Where these have `encoders`, they are
    trained on graphs that the encoders write of each crystal with another origin and order of axes
    every time, since else the network learns by heart which it was given. further: crystals to
    train on that are in no part. start: a network of another property, whose features are taken
    over and trained on, or kept where they are frozen. `folder` and `callbacks`: see `fit`. Raises
    `InputError` where no structure to train or validate on has a value.
    """
    keras.utils.set_random_seed(seed)
    structures = with_property(structures, name)
    parts = {split: structures.part(split) for split in ("train", "validation")}
    for split, part in parts.items():
        if not len(part):
            raise InputError(
                f"constraint property {name!r}: no structure in the part {split!r}; enlarge the "
                "data or data.split"
            )
    parts["train"] = Crystals.join([parts["train"], *further])
    values = parts["train"][name]
    model = Constraint(
        name=name,
        kind=settings.network,
        mean=float(values.mean()),
        spread=float(values.std()) or 1.0,
        width=settings.width,
        blocks=settings.blocks,
    )
    if start is not None:
        take_features(model, start)
        freeze_features(model, settings.features == "frozen")
    logger.info("%d parameters, %d training structures", parameters(model), len(values))
    train, validation = (
        _batches(
            part,
            shards,
            name,
            model,
            settings.batch,
            seed,
            shuffle=split == "train",
            encoders=encoders if split == "train" else None,
        )
        for split, part in parts.items()
    )
    network = model.network
    network.compile(
        keras.optimizers.AdamW(
            cosine_schedule(settings.learning_rate, train.num_batches * settings.epochs),
            weight_decay=1e-4,
            clipnorm=1.0,
        ),
        loss=keras.losses.Huber(delta=0.3),
        metrics=[keras.metrics.MeanAbsoluteError(name="mae")],
        jit_compile=False,  # compiling takes longer than it gains
    )
    history = fit(
        network,
        train,
        validation,
        folder,
        epochs=settings.epochs,
        patience=settings.patience,
        callbacks=callbacks,
    )
    freeze_features(model, False)
    return model, history


def _batches(
    structures: Crystals,
    shards: Sequence[str],
    name: str,
    model: Constraint,
    size: int,
    seed: int,
    *,
    shuffle: bool,
    encoders: Encoders | None = None,
) -> Batches:
    target = ((structures[name] - model.mean) / model.spread).to_numpy("f4")
    if "graphs" in model.reads and encoders is not None:
        write = _written_anew(structures, encoders)
        return Batches(
            len(target), size, seed, lambda r, g: ((write(r, g),), target[r]), shuffle=shuffle
        )
    if "graphs" in model.reads:
        graphs = graphs_of(shards, structures["id"])
        return Batches(
            len(target), size, seed, lambda r, _: ((graphs[r],), target[r]), shuffle=shuffle
        )
    crystals = structures.arrays()

    def load(chosen: Any, random: np.random.Generator) -> Any:
        batch = select(crystals, chosen)
        if shuffle:  # neighbours at equal distances come in any order
            for part in ("cell", "coords"):
                noise = JITTER * random.standard_normal(batch[part].shape, dtype="f4")
                batch[part] = batch[part] + noise * (np.abs(batch[part]) if part == "cell" else 1)
        return tuple(batch[part] for part in model.reads), target[chosen]

    atoms = (crystals["species"] > 0).sum(axis=1)
    return Batches(len(target), size, seed, load, shuffle=shuffle, sizes=atoms)


def _written_anew(structures: Crystals, encoders: Encoders) -> Callable[..., Any]:
    """Return what writes graphs (b, 160, 160) of some rows, with random origins and orders of axes.

    Half of the orders turn a right-handed cell into its mirror image, whose properties are equal.
    """
    crystals = structures.arrays()
    numbers, counts = Compositions.even(count_atoms(structures["species"])).places()

    def write(rows: Any, random: np.random.Generator) -> Any:
        order = random.permuted(np.tile(np.arange(3), (len(rows), 1)), axis=1)
        axes = np.take_along_axis(axes_of_cells(crystals["cell"][rows]), order[:, :, None], axis=1)
        coords = np.take_along_axis(crystals["coords"][rows], order[:, None], axis=2)
        coords = coords + random.random((len(rows), 1, 3))
        places = 1 + int((numbers[rows, 1:] > 0).sum(axis=1).max())
        told = (numbers[rows, :places], counts[rows, :places])
        cell = cells_of_axes(axes).astype("f4")
        return to_numpy(draw_graphs(encoders, coords.astype("f4"), cell, *told))

    return write
