"""What came out of a run: a table for the first page of the report, in counts and intervals."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from pymatgen.util.string import unicodeify, unicodeify_spacegroup
from scipy.stats import binomtest

from ccdcgan.crystals.symmetry import space_group_symbol
from ccdcgan.evaluation.rediscovery import WORTH_FINDING
from ccdcgan.report.summary import REACHED
from ccdcgan.stability.hull import METASTABLE, ON_HULL
from ccdcgan.stability.known_phases import KNOWN

BEST = 3
"""New compounds that are named."""


def outcome(
    summaries: Mapping[str, pd.DataFrame],
    hulls: Mapping[str, pd.DataFrame],
    *,
    stable_below: float,
) -> pd.DataFrame:
    """Say of each variant what was made, what of it is new and how stable, and of how many.

    summaries: rows of `summary/{variant}.csv`. hulls: rows of `hull.csv` by system. stable_below:
    eV/atom above the known hull at which a crystal is called stable.

    Columns: `what` and one a variant. Counts stand with what they are a part of;
    shares of the new relaxed crystals with Wilson's 95% interval, which says what the draw of the
    crystals alone may do to them.
    """
    columns = {name: _said(rows, stable_below) for name, rows in summaries.items()}
    phases = pd.concat(hulls.values()).drop_duplicates("id")
    near = phases[phases["source"] == KNOWN]
    near = near[near["e_above_known_hull"] <= WORTH_FINDING]
    for name, said in columns.items():
        found = sum(name in by.split() for by in near["found_by"].fillna("").astype(str))
        said[f"known phases within {WORTH_FINDING} eV/atom of the hull, made again"] = (
            _part(found, len(near)) if len(near) else "there is none"
        )
    return pd.DataFrame(columns).rename_axis("what").reset_index()


def _said(rows: pd.DataFrame, stable_below: float) -> dict[str, str]:
    reached = rows["reached"].map(REACHED.index)
    counts = [int((reached >= least).sum()) for least in range(len(REACHED))]
    graphs, valid, unique, novel, relaxed, _ = counts
    tried = novel - int((rows["dropped"] == "not drawn for relaxation").sum())
    new = rows[
        (reached >= REACHED.index("relaxed"))
        & (rows["matches_after"] == "")
        & (rows["duplicate_after"] == "")
    ]
    above = new["e_above_known_hull"].astype(float).dropna()
    said = {
        "graphs": f"{graphs}",
        "crystals": _part(valid, graphs),
        "distinct crystals": _part(unique, valid),
        "in neither the data nor the known phases, as decoded": _part(novel, unique),
        "relaxed, of those that were tried": _part(relaxed, tried),
        "still new after relaxation": _part(len(new), relaxed),
    }
    for title, limit in (
        (f"at most {METASTABLE:g} eV/atom above the known hull", METASTABLE),
        (f"stable: at most {stable_below:g} eV/atom above it", stable_below),
    ):
        said[title] = _share(int((above <= limit + ON_HULL).sum()), len(above))
    named = new[new["chemical_system"].str.contains("-")].dropna(subset="e_above_known_hull")
    best = named.sort_values("e_above_known_hull").drop_duplicates("formula").head(BEST)
    said["lowest new compounds (eV/atom above the known hull)"] = (
        "; ".join(map(_named, best.to_dict("records"))) or "none"
    )
    return said


def _part(count: int, whole: int) -> str:
    return f"{count} of {whole}"


def _share(count: int, whole: int) -> str:
    if not whole:
        return "none has an energy above a hull"
    low, high = binomtest(count, whole).proportion_ci(method="wilson")
    return f"{count} of {whole}: {count / whole:.0%} ({low:.0%} to {high:.0%})"


def _named(row: Mapping[str, Any]) -> str:
    symbol = space_group_symbol(row["space_group_after"])
    energy = f"{row['e_above_known_hull']:+.3f}".replace("-", "−")
    return f"{unicodeify(row['formula'])} {unicodeify_spacegroup(symbol)} {energy}"
