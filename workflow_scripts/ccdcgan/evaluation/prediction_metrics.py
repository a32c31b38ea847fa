"""How well a constraint predicts its property."""

from collections.abc import Mapping
from os import PathLike
from typing import Any

import pandas as pd

from ccdcgan.core.tables import read_table


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
