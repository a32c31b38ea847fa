"""The constraint: a property of a crystal from its graph alone (paper, section 2.3)."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
from keras import ops

from ccdcgan.errors import InputError
from ccdcgan.graph_data import GraphTable
from ccdcgan.networks.tiles import Constraint
from ccdcgan.training import Batches, cosine, fit, parameters, to_numpy

logger = logging.getLogger(__name__)


def known(graphs: GraphTable, name: str) -> GraphTable:
    """The graphs whose property is known. Raises `InputError` where the data lacks it."""
    if name not in graphs.labels:
        raise InputError(f"constraint property {name!r}: the graphs do not carry it")
    rows = np.flatnonzero(graphs.labels[name].notna())
    return graphs.select(rows, f"the structures whose {name!r} is known")


def train_constraint(
    graphs: GraphTable,
    name: str,
    settings: Mapping[str, Any],
    folder: Path,
    seed: int,
    watchers: Sequence[keras.callbacks.Callback] = (),
) -> tuple[Constraint, pd.DataFrame]:
    """Train the network of one property on the training part; missing values are left out.

    `watchers`: see `fit`.
    """
    keras.utils.set_random_seed(seed)
    graphs = known(graphs, name)
    train, validation = graphs.part("train"), graphs.part("validation")
    values = train.labels[name]
    model = Constraint(
        name=name,
        mean=float(values.mean()),
        spread=float(values.std()) or 1.0,
        width=settings["width"],
        blocks=settings["blocks"],
    )
    logger.info("%d parameters, %d training graphs", parameters(model), len(train.labels))
    batches = _batches(train, name, model, settings["batch"], seed, shuffle=True)
    steps = batches.num_batches * settings["epochs"]
    network = model.network
    network.compile(
        keras.optimizers.AdamW(cosine(settings["learning_rate"], steps), weight_decay=1e-4),
        loss=keras.losses.Huber(delta=0.5),
        metrics=[keras.metrics.MeanAbsoluteError(name="mae")],
    )
    history = fit(
        network,
        batches,
        _batches(validation, name, model, settings["batch"], seed, shuffle=False),
        folder,
        epochs=settings["epochs"],
        patience=settings["patience"],
        identity={"settings": dict(settings), "seed": seed, "graphs": len(graphs.labels)},
        watchers=watchers,
    )
    return model, history


def _batches(
    part: GraphTable, name: str, model: Constraint, size: int, seed: int, *, shuffle: bool
) -> Batches:
    target = ((part.labels[name] - model.mean) / model.spread).to_numpy("f4")

    def load(rows: Any, random: np.random.Generator) -> Any:
        return (part.tiles[rows], part.numbers[rows]), target[rows]

    return Batches(len(target), size, seed, load, shuffle=shuffle)


def predict(model: Constraint, graphs: GraphTable, batch: int = 512) -> np.ndarray:
    """The property (n,), in its unit, of graphs in memory."""
    parts = []
    for start in range(0, len(graphs.labels), batch):
        rows = slice(start, start + batch)
        parts.append(to_numpy(model.of_tiles(graphs.tiles[rows], graphs.numbers[rows])))
    return np.concatenate(parts)


def assess(model: Constraint, graphs: GraphTable, name: str) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Predictions for all parts, and for each part the number, MAE, RMSE and R²."""
    graphs = known(graphs, name)
    graphs = graphs.originals()
    table = graphs.labels[["id", "split", name]].rename(columns={name: "true"})
    table["predicted"] = predict(model, graphs)
    metrics = {}
    for split, rows in table.groupby("split"):
        error = rows["predicted"] - rows["true"]
        variance = float(((rows["true"] - rows["true"].mean()) ** 2).mean())
        metrics[str(split)] = {
            "structures": len(rows),
            "mae": float(error.abs().mean()),
            "rmse": float((error**2).mean() ** 0.5),
            "r2": 1 - float((error**2).mean()) / variance if variance else None,
        }
    return table, metrics


def pull(values: Any, goal: str, target: float | None) -> Any:
    """What the generator minimises of a property (b,): a mean over the batch.

    exp(E) toward low values (equation 2 of the paper), exp(−E) toward high ones, and the squared
    distance to a target. The exponent is capped so that one wild graph cannot decide a step.
    """
    if goal == "target":
        return ops.mean(ops.square(values - target))
    sign = 1.0 if goal == "minimise" else -1.0
    return ops.mean(ops.exp(ops.minimum(sign * values, 3.0)))
