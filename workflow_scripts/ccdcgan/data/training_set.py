"""The training set: one table from all shards of all sources, with its split and its summary."""

import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ccdcgan.core.settings.split import SplitSettings
from ccdcgan.data.sources.records import COLUMNS as RECORD
from ccdcgan.data.split import SPLIT_BY, assign_split

logger = logging.getLogger(__name__)
COLUMNS = (*(name for name in RECORD if name != "dropped"), "space_group", "split")
REJECTED = ("id", "formula", "source", "provenance", "dropped")


def merge_structures(
    tables: Iterable[pd.DataFrame],
    *,
    sources: Sequence[str],
    split: SplitSettings,
    seed: int,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make the training set and list the rejected rows, from the standardised shards.

    The first table has `COLUMNS` and the properties, in the order of the sources and of the ids
    within each; the second `REJECTED`, where `dropped` is the reason. Raises `InputError` if too
    few structures are left.
    """
    table = pd.concat(tables, ignore_index=True)
    order = {name: number for number, name in enumerate(sources)}
    table = table.assign(_order=table["source"].map(order)).sort_values(
        ["_order", "id"], kind="stable", ignore_index=True
    )
    kept = table[table["dropped"] == ""].reset_index(drop=True)
    properties = [name for name in table.columns if name not in {*COLUMNS, "dropped", "_order"}]
    shares = split.model_dump(exclude={"by"})
    fractions = {name: value for name, value in shares.items() if value > 0}
    kept["split"] = assign_split(kept[SPLIT_BY[split.by]], fractions, seed)
    kept["num_sites"] = kept["num_sites"].astype(int)
    kept["space_group"] = kept["space_group"].astype(int)
    logger.info("%d of %d structures kept", len(kept), len(table))
    rejected = table.loc[table["dropped"] != "", list(REJECTED)]
    return kept[[*COLUMNS, *properties]], rejected


def summarise(
    kept: pd.DataFrame, rejected: pd.DataFrame, units: Mapping[str, str], cell: str, split_by: str
) -> dict[str, Any]:
    """Count the structures that came in and were dropped, and say what the others are.

    units: by target property, its unit.
    """
    reasons = rejected["dropped"].str.split(":").str[0]
    return {
        "came_in": len(kept) + len(rejected),
        "kept": len(kept),
        "dropped": reasons.value_counts().to_dict(),
        "by_source": kept["source"].value_counts().to_dict(),
        "by_kind": kept["kind"].value_counts().to_dict(),
        "by_split": kept["split"].value_counts().to_dict(),
        "energy_schemes": kept["energy_scheme"].value_counts().to_dict(),
        "chemical_systems": int(kept["chemical_system"].nunique()),
        "elements": _counts(kept["species"].map(set)),
        "atoms": _counts([size] for size in kept["num_sites"]),
        "cell": cell,
        "split_by": split_by,
        "properties": {
            name: {"unit": unit, "known": int(kept[name].notna().sum())} | _range(kept[name])
            for name, unit in units.items()
        },
    }


def _counts(groups: Iterable[Iterable[Any]]) -> dict[str, int]:
    counts = Counter(member for group in groups for member in group)
    return {str(member): counts[member] for member in sorted(counts)}


def _range(values: pd.Series) -> dict[str, float]:
    known = values.to_numpy(dtype=float)
    known = known[np.isfinite(known)]
    if not len(known):
        return {}
    return {"smallest": known.min(), "mean": known.mean(), "largest": known.max()}
