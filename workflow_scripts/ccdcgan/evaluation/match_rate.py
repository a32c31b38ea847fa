"""How many structures are predicted from their compositions: match rate and RMSE.

The figures of merit of crystal structure prediction (CDVAE, Xie et al., ICLR 2022; DiffCSP, Jiao
et al., NeurIPS 2023): the share of structures that one sample, or any of several, matches, and
the mean over those of the smallest normalised RMS displacement.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from ccdcgan.codec.manifest import VALID
from ccdcgan.crystals.table import Crystals

PREDICTED = ("id", "formula", "num_sites", "split", "skipped", "status", "rms")
"""Columns of the shards of predicted structures, beside the atoms of the closest sample."""
SIZES = (4, 8, 12, 20)
"""Numbers of atoms: the last of each group."""


def match_rows(predicted: Crystals, tries: int) -> pd.DataFrame:
    """Say of each structure whether the first sample and whether any of `tries` matches it.

    Columns: id, formula, num_sites, split, matched and rmse of the first sample, matched_K and
    rmse_K (the smallest) of all K samples, status (how many samples ended how), and skipped: why
    none was made of it, where the columns before are empty. Sorted by id.
    """
    rows = []
    for row in predicted.rows():
        one = {name: row[name] for name in ("id", "formula", "num_sites", "split")}
        for suffix, number in (("", 1), (f"_{tries}", tries)):
            first = np.asarray(row["rms"], dtype=float)[:number]
            hits = first[np.isfinite(first)]
            one[f"matched{suffix}"] = None if row["skipped"] else bool(len(hits))
            one[f"rmse{suffix}"] = hits.min() if len(hits) else np.nan
        ends = Counter(row["status"])
        one["status"] = ", ".join(f"{name} {number}" for name, number in ends.most_common())
        rows.append({**one, "skipped": row["skipped"]})
    columns = ["id", "formula", "num_sites", "split"]
    columns += [f"{name}{suffix}" for suffix in ("", f"_{tries}") for name in ("matched", "rmse")]
    table = pd.DataFrame(rows, columns=[*dict.fromkeys(columns), "status", "skipped"])
    return table.sort_values("id", ignore_index=True)


def summarise(predicted: Crystals, tries: int) -> dict[str, Any]:
    """Give the rates of all structures together and by number of atoms, and what was left out.

    `n` structures were predicted; the `skipped` ones, with their reasons, are not among them. See
    `rates` for the others. `samples`: how many of all samples match and ended how.
    """
    rows = match_rows(predicted, tries)
    tried = rows[rows["skipped"] == ""]
    reasons = rows.loc[rows["skipped"] != "", "skipped"]
    ends = Counter(end for statuses in predicted["status"] for end in statuses)
    matching = sum(int(np.isfinite(np.asarray(one, dtype=float)).sum()) for one in predicted["rms"])
    groups = pd.cut(tried["num_sites"], [0, *SIZES], labels=group_names())
    return {
        **rates(tried, tries),
        "tries": tries,
        "by": {"num_sites": {name: rates(tried[groups == name], tries) for name in group_names()}},
        "skipped": {"n": len(reasons), "reasons": reasons.value_counts().to_dict()},
        "samples": {
            "n": ends.total(),
            "matched": matching,
            "status": {VALID: ends[VALID], **dict(ends.most_common())},
        },
    }


def group_names() -> list[str]:
    """Return the names of the groups by number of atoms, such as 5-8."""
    return [f"{low + 1}-{high}" for low, high in zip((0, *SIZES), SIZES, strict=False)]


def rates(rows: pd.DataFrame, tries: int) -> dict[str, Any]:
    """Count structures and matches, and give match rate and RMSE with their errors.

    rows: as of `match_rows`, without skipped ones. Each match rate has its standard error and its
    95% interval (Wilson's); each RMSE, normalised by (V/N)^(1/3), is the mean over the matched
    ones with its standard error. None where it is undefined.
    """
    entry: dict[str, Any] = {"n": len(rows)}
    for suffix in dict.fromkeys(("", f"_{tries}")):
        matched = int(rows[f"matched{suffix}"].astype(bool).sum())
        distances = rows[f"rmse{suffix}"].dropna().to_numpy(dtype=float)
        entry[f"matched{suffix}"] = matched
        entry |= _share(f"match_rate{suffix}", matched, len(rows))
        entry |= _mean(f"rmse{suffix}", distances)
    return entry


def _share(name: str, count: int, n: int) -> dict[str, Any]:
    if not n:
        return dict.fromkeys((name, f"{name}_standard_error", f"{name}_interval"))
    part = count / n
    return {
        name: part,
        f"{name}_standard_error": float(np.sqrt(part * (1 - part) / n)),
        f"{name}_interval": list(map(float, binomtest(count, n).proportion_ci(method="wilson"))),
    }


def _mean(name: str, values: Iterable[float]) -> dict[str, Any]:
    known = np.asarray(values, dtype=float)
    error = float(known.std(ddof=1) / np.sqrt(len(known))) if len(known) > 1 else None
    return {name: float(known.mean()) if len(known) else None, f"{name}_standard_error": error}
