"""How well a constraint predicts its property."""

from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any

import pandas as pd

from ccdcgan.codec.autoencoders import Autoencoders
from ccdcgan.codec.graph_table import graphs_of
from ccdcgan.core.errors import InputError
from ccdcgan.core.tables import read_table
from ccdcgan.crystals.table import Crystals
from ccdcgan.evaluation.round_trip import SAMPLE, read_back
from ccdcgan.networks.constraint import Constraint
from ccdcgan.networks.predict import predict


def known(structures: pd.DataFrame, name: str) -> pd.DataFrame:
    """Select the structures whose property is known; `InputError` where the data lacks it."""
    if name not in structures:
        raise InputError(
            f"constraint property {name!r}: the structures do not carry it; name it in "
            "data.properties or leave it out of constraint.properties"
        )
    rows = structures[structures[name].notna()]
    if rows.empty:
        raise InputError(f"constraint property {name!r}: no structure has a value of it")
    return rows.reset_index(drop=True)


def assess(
    model: Constraint,
    structures: Crystals,
    shards: Sequence[str],
    networks: Autoencoders,
    name: str,
    reading: Mapping[str, Any],
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Predict from the stored graphs alone; say of each part the number, MAE, RMSE and R².

    Of the test part all structures are predicted, of the others at most SAMPLE. `networks` and
    `reading` (threshold and min_distance) are what the graphs are read with. A graph that cannot
    be read has no prediction and counts as `not_read`. Without labels both are empty.
    """
    if name not in structures.table or structures[name].notna().sum() == 0:
        return pd.DataFrame(columns=["id", "split", "true", "predicted"]), {}
    parts = [
        rows if split == "test" or len(rows) <= SAMPLE else rows.sample(SAMPLE, random_state=0)
        for split, rows in known(structures.table, name).groupby("split")
    ]
    chosen = pd.concat(parts, ignore_index=True)
    table = chosen[["id", "split", name]].rename(columns={name: "true"})
    if "graphs" in model.reads:
        table["predicted"] = predict(model, {"graphs": graphs_of(shards, chosen["id"])})
    else:
        crystals = read_back(shards, set(chosen["id"]), networks, reading)
        values: Any = predict(model, crystals.arrays()) if len(crystals) else []
        found = dict(zip(crystals, values, strict=True))
        table["predicted"] = table["id"].map(found).astype(float)
    return table, {str(split): prediction_metrics(rows) for split, rows in table.groupby("split")}


def prediction_metrics(table: pd.DataFrame) -> dict[str, Any]:
    """Measure MAE, RMSE and R² of the columns `true` and `predicted`; None where there is none."""
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


def summarise(predictions: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """Sum up the predictions of all structures, by property: those of the first, and `others`.

    predictions: rows of `predictions.csv`.
    """
    found = [{"property": name, **prediction_metrics(rows)} for name, rows in predictions.items()]
    first, *others = [{"n": one.pop("structures"), **one} for one in found]
    return {**first, "others": others}


def read_predictions(path: str | PathLike[str]) -> pd.DataFrame:
    """Read the rows of `predictions.csv`; `InputError` if it is damaged."""
    return read_table(path, ("id", "split", "true", "predicted"), text=("id",))
