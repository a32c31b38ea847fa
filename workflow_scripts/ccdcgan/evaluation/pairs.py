"""Variants compared graph by graph, where their crystals have the same composition.

Graphs of one number are drawn from the same noise, so that variants and arms of one generator often
make them of the same atoms. Between such crystals the energy above the hull differs by as much as
the formation energy, whatever the hull is, and the spread over compositions drops out.
"""

import itertools
from collections.abc import Mapping
from os import PathLike

import numpy as np
import pandas as pd

from ccdcgan.evaluation.measures import mean
from ccdcgan.stability.outcomes import read_relaxed, usable

MEASURED = ("formation_energy_before", "formation_energy_after")
COLUMNS = (
    *("first", "second", "pairs", "equal"),
    *(f"{name}_{part}" for name in MEASURED for part in ("mean", "standard_error", "median")),
)
SAME = 1e-3
"""eV/atom; crystals whose energies differ by less are counted as equal."""


def compare_pairs(
    paths: Mapping[str, str | PathLike[str]], *, keep_unconverged: bool = False
) -> pd.DataFrame:
    """Compare the relaxed crystals of each two of some variants where their compositions are equal.

    paths: the variants' `relaxed.parquet`. A row for each two, `COLUMNS`: how many graphs both have
    relaxed at one composition, how many of them to the same energy (`SAME`), and the mean of second
    less first of the formation energy (eV/atom), as decoded and relaxed, its standard error and
    median; these are empty where there is no pair. Raises `InputError` for a damaged file.
    """
    found = {name: _by_graph(path, keep_unconverged) for name, path in paths.items()}
    rows = []
    for first, second in itertools.combinations(found, 2):
        both = found[first].join(found[second], how="inner", lsuffix="_first", rsuffix="_second")
        both = both[both["formula_first"] == both["formula_second"]]
        row: dict[str, object] = {"first": first, "second": second, "pairs": len(both)}
        for name in MEASURED:
            change = (both[f"{name}_second"] - both[f"{name}_first"]).to_numpy(float)
            measured = mean(change, "no pair")
            row[f"{name}_mean"] = measured.value
            row[f"{name}_standard_error"] = measured.standard_error
            row[f"{name}_median"] = float(np.median(change)) if len(change) else None
        row["equal"] = int((np.abs(change) < SAME).sum())
        rows.append(row)
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _by_graph(path: str | PathLike[str], keep_unconverged: bool) -> pd.DataFrame:
    """Read a variant's relaxed crystals by the numbers of their graphs."""
    relaxed = usable(read_relaxed(path), keep_unconverged=keep_unconverged)
    numbers = relaxed["id"].str.rpartition("-")[2].astype(int)
    return relaxed.table[["formula", *MEASURED]].set_axis(numbers, axis=0)
