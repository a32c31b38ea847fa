"""The constraint: a property of a crystal from its graph (paper, section 2.3)."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
from keras import ops
from numpy.typing import NDArray

from ccdcgan.crystals import crystal_arrays, select
from ccdcgan.decoding import Decoders
from ccdcgan.errors import InputError
from ccdcgan.evaluation import SAMPLE, read_back
from ccdcgan.graph_data import GRAPHS
from ccdcgan.graphs import SIDE
from ccdcgan.networks.constraint import Constraint
from ccdcgan.shards import read_shard, strings
from ccdcgan.structures import from_structure
from ccdcgan.training import Batches, cosine, fit, parameters, to_numpy

logger = logging.getLogger(__name__)
BATCH = 128
JITTER = 1e-3  # of a cell's edges and axes, in training: more than reading a graph back changes


def known(structures: pd.DataFrame, name: str) -> pd.DataFrame:
    """The structures whose property is known. Raises `InputError` where the data lacks it."""
    if name not in structures:
        raise InputError(
            f"constraint property {name!r}: the structures do not carry it; name it in "
            "data.properties or leave it out of constraint.properties"
        )
    rows = structures[structures[name].notna()]
    if rows.empty:
        raise InputError(f"constraint property {name!r}: no structure has a value of it")
    return rows.reset_index(drop=True)


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


def graphs_of(shards: Sequence[str], ids: Sequence[str]) -> NDArray[np.float32]:
    """The stored graphs (n, 160, 160) of some structures."""
    places = {identity: place for place, identity in enumerate(ids)}
    graphs = np.zeros((len(places), SIDE, SIDE), "f4")
    for path in shards:
        with read_shard(path, GRAPHS) as file:
            for row, identity in enumerate(strings(file["id"])):
                if identity in places:
                    graphs[places[identity]] = file["graphs"][row]
    return graphs


def predict(model: Constraint, crystals: Mapping[str, NDArray]) -> NDArray[np.float64]:
    """The property (n,), in its unit, of crystals as `crystal_arrays` gives them, or `graphs`."""
    if "graphs" in model.reads:
        starts = range(0, len(crystals["graphs"]), BATCH)
        parts = [model({"graphs": crystals["graphs"][start : start + BATCH]}) for start in starts]
        return np.concatenate([to_numpy(part) for part in parts])
    order = np.argsort((crystals["species"] > 0).sum(axis=1), kind="stable")
    found = np.full(len(order), np.nan)
    for start in range(0, len(order), BATCH):
        chosen = order[start : start + BATCH]
        found[chosen] = to_numpy(model(select(crystals, chosen)))
    return found


def assess(
    model: Constraint,
    structures: pd.DataFrame,
    shards: Sequence[str],
    networks: Decoders,
    name: str,
    reading: Mapping[str, Any],
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Predictions from the stored graphs alone, and for each part the number, MAE, RMSE and R².

    Of the test part all structures are predicted, of the others at most SAMPLE. `networks` and
    `reading` (threshold and min_distance) are what the graphs are read with. A graph that cannot
    be read has no prediction and counts as `not_read`. Without labels both are empty.
    """
    if name not in structures or structures[name].notna().sum() == 0:
        return pd.DataFrame(columns=["id", "split", "true", "predicted"]), {}
    structures = known(structures, name)
    parts = [
        rows if split == "test" or len(rows) <= SAMPLE else rows.sample(SAMPLE, random_state=0)
        for split, rows in structures.groupby("split")
    ]
    chosen = pd.concat(parts, ignore_index=True)
    table = chosen[["id", "split", name]].rename(columns={name: "true"})
    if "graphs" in model.reads:
        table["predicted"] = predict(model, {"graphs": graphs_of(shards, chosen["id"])})
    else:
        crystals = read_back(shards, set(chosen["id"]), networks, reading)
        rows = [{"id": name, **from_structure(crystal)} for name, crystal in crystals.items()]
        values: Any = predict(model, crystal_arrays(pd.DataFrame(rows))) if rows else []
        found = dict(zip(crystals, values, strict=True))
        table["predicted"] = table["id"].map(found).astype(float)
    return table, {str(split): figures(rows) for split, rows in table.groupby("split")}


def figures(table: pd.DataFrame) -> dict[str, Any]:
    """Number, MAE, RMSE and R² of the columns `true` and `predicted`; None where there is none."""
    read = table[table["predicted"].notna()]
    if read.empty:
        empty = {"mae": None, "rmse": None, "r2": None}
        return {"structures": 0, "not_read": len(table), **empty}
    error = read["predicted"] - read["true"]
    variance = float(((read["true"] - read["true"].mean()) ** 2).mean())
    return {
        "structures": len(read),
        "not_read": len(table) - len(read),
        "mae": float(error.abs().mean()),
        "rmse": float((error**2).mean() ** 0.5),
        "r2": 1 - float((error**2).mean()) / variance if variance else None,
    }


def pull(values: Any, goal: str, target: float | None) -> Any:
    """What the generator minimises of the values (b,) of a property.

    exp(E) toward low values (equation 2 of the paper), exp(−E) toward high ones, and the squared
    distance to a target. The exponent is capped so that one wild graph cannot decide a step.
    """
    if goal == "target":
        return ops.square(values - target)
    sign = 1.0 if goal == "minimise" else -1.0
    return ops.exp(ops.minimum(sign * values, 3.0))
