"""How well the hulls of the potential judge: its energies above the hull beside those of DFT."""

from collections.abc import Mapping
from os import PathLike
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.limits import USUAL, LimitSettings
from ccdcgan.crystals.table import Crystals
from ccdcgan.data.sources.local import read_local
from ccdcgan.stability.hull import METASTABLE, build_hulls, generated_rows
from ccdcgan.stability.known_phases import KnownPhases

DFT = "dft_e_above_hull"
"""The column of the file: eV/atom above the hull by DFT."""
LIMITS = {"0.1": METASTABLE, "0": 0.0}
"""eV/atom above the hull at which a crystal is called stable, by their names in the summary."""


def read_judged(path: str | PathLike[str], limits: LimitSettings = USUAL) -> Crystals:
    """Read crystals whose energies above the hull are known by DFT, from any file of `read_local`.

    Raises `InputError` for a file without such an energy. Rows that cannot be used keep their
    reason in `dropped`. They are no phases of the data: `kind` is `judged`.
    """
    table = read_local(str(path), [DFT], {}, "DFT", limits=limits)
    if table[DFT].isna().all():
        raise InputError(f"{path}: no row has a number in the column {DFT} (eV/atom)")
    none = (table["dropped"] == "") & table[DFT].isna()
    table.loc[none, "dropped"] = f"no {DFT}"
    return Crystals(table.drop_duplicates("id").assign(kind="judged", split=""))


def judge_rows(judged: Crystals, relaxed: Crystals, known: KnownPhases) -> pd.DataFrame:
    """Put our energies above the known hull beside those of DFT, a row for each crystal.

    judged: of `read_judged`; relaxed: of `merge_shards`; known: the phases that they decompose
    into. Columns: id, formula, dft_e_above_hull, e_above_hull (eV/atom), status, steps, rmsd (Å),
    decomposition. Crystals without an energy have the reason in `status`.
    """
    rows = judged.table[["id", "formula", DFT, "dropped"]].merge(
        relaxed.table[["id", "status", "steps", "rmsd"]], on="id", how="left"
    )
    rows["status"] = rows["dropped"].where(rows["dropped"] != "", rows["status"])
    tables = [
        generated_rows(
            build_hulls(
                str(system), known, {}, {"judged": _without_known(part)}, stable_below=0.0
            ).table
        )
        for system, part in _by_system(relaxed).items()
    ]
    columns = ["id", "e_above_known_hull", "decomposition_known"]
    above = pd.concat([table[columns] for table in tables]) if tables else pd.DataFrame()
    above = above.reindex(columns=columns).drop_duplicates("id")
    names = {"e_above_known_hull": "e_above_hull", "decomposition_known": "decomposition"}
    return rows.drop(columns="dropped").merge(above.rename(columns=names), on="id", how="left")[
        ["id", "formula", DFT, "e_above_hull", "status", "steps", "rmsd", "decomposition"]
    ]


def judge_summary(rows: pd.DataFrame) -> dict[str, Any]:
    """Sum up how well the hulls judge.

    Keys: crystals (all rows), n (those with both energies), mae, rmse, bias (ours minus DFT's;
    eV/atom), spearman, and for each of `LIMITS` true and false positives and negatives, precision
    and recall of "stable" (None where their denominator is 0).
    """
    both = rows.dropna(subset=[DFT, "e_above_hull"])
    error = both["e_above_hull"] - both[DFT]
    known = len(both) > 1
    summary: dict[str, Any] = {
        "crystals": len(rows),
        "n": len(both),
        "mae": float(error.abs().mean()) if len(both) else None,
        "rmse": float(np.sqrt((error**2).mean())) if len(both) else None,
        "bias": float(error.mean()) if len(both) else None,
        "spearman": float(spearmanr(both[DFT], both["e_above_hull"]).statistic) if known else None,
    }
    for name, limit in LIMITS.items():
        summary[f"stable_at_{name}"] = _confusion(
            both["e_above_hull"].to_numpy() <= limit, both[DFT].to_numpy() <= limit
        )
    return summary


def _confusion(ours: np.ndarray, theirs: np.ndarray) -> Mapping[str, Any]:
    hits, false = int((ours & theirs).sum()), int((ours & ~theirs).sum())
    missed = int((~ours & theirs).sum())
    return {
        "true_positives": hits,
        "false_positives": false,
        "false_negatives": missed,
        "true_negatives": int((~ours & ~theirs).sum()),
        "precision": hits / (hits + false) if hits + false else None,
        "recall": hits / (hits + missed) if hits + missed else None,
    }


def _by_system(crystals: Crystals) -> dict[str, Crystals]:
    groups = crystals.table.groupby("chemical_system", sort=False)
    return {str(name): Crystals(rows) for name, rows in groups}


def _without_known(relaxed: Crystals) -> Crystals:
    """Keep crystals that became a known phase or a lower one: all are judged."""
    return relaxed.assign(duplicate_after="")
