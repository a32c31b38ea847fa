"""Training of the constraint: a property of a crystal from its graph (paper, section 2.3)."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd

from ccdcgan.codec.graph_table import graphs_of
from ccdcgan.core.errors import InputError
from ccdcgan.crystals.arrays import crystal_arrays, select
from ccdcgan.evaluation.prediction import known
from ccdcgan.networks.constraint import Constraint
from ccdcgan.networks.files import parameters
from ccdcgan.training.loop import Batches, cosine, fit

logger = logging.getLogger(__name__)
JITTER = 1e-3  # of a cell's edges and axes, in training: more than reading a graph back changes


def train_constraint(
    structures: pd.DataFrame,
    shards: Sequence[str],
    name: str,
    settings: Mapping[str, Any],
    folder: Path,
    seed: int,
    watchers: Sequence[keras.callbacks.Callback] = (),
) -> tuple[Constraint, pd.DataFrame]:
    """Train the network of one property on the training part; missing values are left out.

    The atoms are those of the structures, which their graphs give back; a network of the kind
    "paper" reads the graphs in `shards` instead. `watchers`: see `fit`.
    """
    keras.utils.set_random_seed(seed)
    structures = known(structures, name)
    parts = {split: structures[structures["split"] == split] for split in ("train", "validation")}
    for split, rows in parts.items():
        if rows.empty:
            raise InputError(
                f"constraint property {name!r}: no structure in the part {split!r}; enlarge the "
                "data or data.split"
            )
    values = parts["train"][name]
    model = Constraint(
        name=name,
        kind=settings["network"],
        mean=float(values.mean()),
        spread=float(values.std()) or 1.0,
        width=settings["width"],
        blocks=settings["blocks"],
    )
    logger.info("%d parameters, %d training structures", parameters(model), len(values))
    train, validation = (
        _batches(rows, shards, name, model, settings["batch"], seed, shuffle=split == "train")
        for split, rows in parts.items()
    )
    network = model.network
    network.compile(
        keras.optimizers.AdamW(
            cosine(settings["learning_rate"], train.num_batches * settings["epochs"]),
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
        epochs=settings["epochs"],
        patience=settings["patience"],
        identity={"settings": dict(settings), "seed": seed, "structures": len(structures)},
        watchers=watchers,
    )
    return model, history


def _batches(
    rows: pd.DataFrame,
    shards: Sequence[str],
    name: str,
    model: Constraint,
    size: int,
    seed: int,
    *,
    shuffle: bool,
) -> Batches:
    target = ((rows[name] - model.mean) / model.spread).to_numpy("f4")
    if "graphs" in model.reads:
        graphs = graphs_of(shards, rows["id"])
        return Batches(
            len(target), size, seed, lambda r, _: ((graphs[r],), target[r]), shuffle=shuffle
        )
    crystals = crystal_arrays(rows)

    def load(chosen: Any, random: np.random.Generator) -> Any:
        batch = select(crystals, chosen)
        if shuffle:  # neighbours at equal distances come in any order
            for part in ("cell", "coords"):
                noise = JITTER * random.standard_normal(batch[part].shape, dtype="f4")
                batch[part] = batch[part] + noise * (np.abs(batch[part]) if part == "cell" else 1)
        return tuple(batch[part] for part in model.reads), target[chosen]

    atoms = (crystals["species"] > 0).sum(axis=1)
    return Batches(len(target), size, seed, load, shuffle=shuffle, sizes=atoms)
