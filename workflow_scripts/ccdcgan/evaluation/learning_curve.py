"""What is gained by a start from another property: errors against structures to learn from."""

from collections.abc import Mapping, Sequence
from os import PathLike

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ccdcgan.core.errors import InputError
from ccdcgan.core.tables import read_table

STARTS = ("pretrained", "scratch", "median")
"""The shipped network, nothing, and no network at all: the median of what was learnt from."""
COLUMNS = ("structure", "fold", "size", "structures", "start", "true", "predicted")
VALIDATED = 0.2
"""Share of the structures to learn from that says when a training stops."""


def deal_folds(groups: Sequence[str], folds: int, seed: int) -> NDArray[np.int64]:
    """Deal structures out to folds (n,), those of a group, such as a formula, to one of them.

    Groups come in an order drawn by lot, each to the fold that has the fewest structures. Raises
    `InputError` where there are fewer groups than folds.
    """
    names, inverse, counts = np.unique(
        np.asarray(groups, dtype=str), return_inverse=True, return_counts=True
    )
    if len(names) < folds:
        raise InputError(
            f"config finetune.folds: {folds}, but the structures have {len(names)} formulas alone; "
            "lower it or enlarge the data"
        )
    held = np.zeros(folds, dtype=np.int64)
    fold_of = np.zeros(len(names), dtype=np.int64)
    for group in np.random.default_rng(seed).permutation(len(names)):
        fold_of[group] = held.argmin()
        held[fold_of[group]] += counts[group]
    return fold_of[inverse]


def splits(
    fold_of: NDArray[np.int64], fold: int, sizes: Sequence[int], seed: int
) -> dict[str, NDArray[np.str_]]:
    """Say by size (`all` for the last) which part each structure (n,) belongs to.

    Those of the fold are the part `test`. Of the others, in an order drawn by lot, the first `size`
    are learnt from, `VALIDATED` of them as the part `validation`; structures beyond are in no part,
    "". Sizes that the others do not reach are left out.
    """
    others = np.flatnonzero(fold_of != fold)
    order = np.random.default_rng([seed, fold]).permutation(others)
    found = {}
    for size in (*sorted(size for size in sizes if size < len(order)), len(order)):
        parts = np.full(len(fold_of), "", dtype="<U10")
        parts[fold_of == fold] = "test"
        parts[order[:size]] = "train"
        # Every fifth, so that those of a smaller size stay in their part.
        parts[order[:size][:: round(1 / VALIDATED)]] = "validation"
        found["all" if size == len(order) else str(size)] = parts
    return found


def curve(predictions: Mapping[str, pd.DataFrame], units: Mapping[str, str]) -> pd.DataFrame:
    """Sum up predictions of all folds, by property: a row a property, size and start.

    predictions: rows of the columns `COLUMNS`. Columns: property, unit, start, size, structures
    (learnt from, mean over the folds), tested, folds, mae and rmse (means over the folds, in the
    unit) with their standard errors, and `gain`, by how much the error of the same folds from
    scratch is larger, likewise.
    """
    rows = []
    for name, table in predictions.items():
        errors = table.assign(error=(table["predicted"] - table["true"]).abs())
        groups = errors.groupby(["size", "start", "fold"], sort=False)
        folds = groups.agg(
            mae=("error", "mean"),
            rmse=("error", lambda error: float((error**2).mean() ** 0.5)),
            structures=("structures", "first"),
            tested=("structure", "size"),
        )
        for size in dict.fromkeys(table["size"]):
            scratch = folds.loc[(size, "scratch")]
            for start in STARTS:
                found = folds.loc[(size, start)]
                row = {"property": name, "unit": units[name], "start": start, "size": size}
                row |= {"structures": round(float(found["structures"].mean()), 1)}
                row |= {"tested": int(found["tested"].sum()), "folds": len(found)}
                row |= {**_mean("mae", found["mae"]), **_mean("rmse", found["rmse"])}
                rows.append(row | _mean("gain", scratch["mae"] - found["mae"]))
    return pd.DataFrame(rows)


def _mean(name: str, values: pd.Series) -> dict[str, float]:
    """Return the mean over the folds and its standard error."""
    return {name: float(values.mean()), f"{name}_standard_error": float(values.sem())}


def read_folds(paths: Sequence[str | PathLike[str]]) -> pd.DataFrame:
    """Read the predictions of all folds of a property; `InputError` if one is damaged."""
    text, numbers = ("structure", "size", "start"), ("fold", "structures", "true", "predicted")
    return pd.concat([read_table(path, COLUMNS, text, numbers) for path in paths])
