"""Valid, unique, novel: what remains of the generated graphs."""

import sys
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

from ccdcgan.codec.manifest import VALID
from ccdcgan.crystals.matching import Catalogue
from ccdcgan.crystals.table import PHASE, Crystals
from ccdcgan.stability.outcomes import SCREENED

STAGES = ("graphs", "valid", "unique", "novel")
TASK = 500
"""Crystals of a task, if none of their formulas has more: what a process holds at a time."""
TASKS = 8
"""Tasks of a process, where there are few crystals."""
_shared: list[Crystals] = []
"""What a process reads: the crystals, and what they are compared with."""


def screen(crystals: Crystals, structures: Crystals, *, processes: int = 1) -> Crystals:
    """Say of every graph whether its crystal is valid, unique and novel, and if not, why.

    A crystal is a duplicate of the first unique one that it equals. A unique crystal is compared
    with every structure of the data and every known phase: `matches` is the closest of the relaxed
    phases that it equals, else the first disturbed copy. A duplicate takes over what its first one
    matches. The three flags are cumulative: a novel crystal is unique, a unique one valid.

    crystals: the manifests of all shards. structures: of `compared_phases`. processes: how many
    work at once; the rows, whose columns are `SCREENED`, do not depend on it.
    """
    valid = crystals.with_structure()
    tasks = _tasks(valid, structures, min(TASK, len(valid) // (TASKS * processes)))
    found: dict[str, tuple[str, str]] = {}
    # The processes are forked with the tables: what is sent to them are the places of rows alone.
    forked = get_context("fork")
    with (
        ProcessPoolExecutor(processes, forked, _share, (valid, structures)) as pool,
        tqdm(total=len(valid), desc="screen", mininterval=10, file=sys.stderr) as bar,
    ):
        for part in pool.map(_compare_rows, *zip(*tasks, strict=True)) if tasks else ():
            found |= part
            bar.update(len(part))
    split = dict(zip(structures, structures["split"], strict=True))
    told = crystals.table[["id", "formula", "chemical_system", "status"]]
    rows = [
        _row(name, formula, system, status, found.get(name), split)
        for name, formula, system, status in told.itertuples(index=False, name=None)
    ]
    return Crystals(pd.DataFrame(rows, columns=list(SCREENED)))


def _row(
    name: str,
    formula: str,
    system: str,
    status: str,
    found: tuple[str, str] | None,
    split: Mapping[str, str],
) -> tuple[str | bool, ...]:
    """Make the row of a graph: `SCREENED`. found: of its crystal, None where there is none."""
    duplicate, match = found or ("", "")
    valid = found is not None
    unique = valid and not duplicate
    flags = (valid, unique, unique and not match)
    reasons = (duplicate, match, split.get(match, ""), _dropped(status, duplicate, match))
    return (name, formula if valid else "", system, status, *flags, *reasons)


def _tasks(
    crystals: Crystals, structures: Crystals, size: int
) -> list[tuple[NDArray[np.integer], NDArray[np.integer]]]:
    """Sort rows by formula into tasks of about `size` crystals: places of crystals and structures.

    Only crystals of one formula are ever compared, so that all of a formula are in one task.
    """
    mine = crystals.table.groupby("formula", sort=False).indices
    theirs = structures.table.groupby("formula", sort=False).indices
    none = np.array([], dtype=int)
    # The largest first, so that none of them is left for one process at the end.
    order = sorted(mine, key=lambda formula: -len(mine[formula]))
    ends = np.cumsum([len(mine[formula]) for formula in order])
    number = (ends - 1) // max(size, 1)  # of the task; a large formula leaves some numbers out
    cuts = np.flatnonzero(np.diff(number)) + 1
    found = []
    for formulas in np.split(np.array(order, dtype=object), cuts) if order else ():
        first, second = (
            np.sort(np.concatenate([places.get(formula, none) for formula in formulas]))
            for places in (mine, theirs)
        )
        found.append((first, second))
    return found


def _share(*tables: Crystals) -> None:
    _shared[:] = tables


def _compare_rows(
    mine: NDArray[np.integer], theirs: NDArray[np.integer]
) -> dict[str, tuple[str, str]]:
    crystals, structures = _shared
    return _compare(Crystals(crystals.table.iloc[mine]), Crystals(structures.table.iloc[theirs]))


def _compare(crystals: Crystals, structures: Crystals) -> dict[str, tuple[str, str]]:
    """Find what each crystal of some formulas repeats and what it matches ("" for neither)."""
    relaxed = structures["kind"] == PHASE
    phases = Catalogue.of(structures.where(relaxed))
    copies = Catalogue.of(structures.where(~relaxed))
    seen = Catalogue()
    found: dict[str, tuple[str, str]] = {}
    for name, crystal in crystals.items():
        first = seen.first_match(crystal)
        if first:
            found[name] = first, found[first][1]
            continue
        seen.add(name, crystal)
        match = phases.closest_match(crystal) or copies.first_match(crystal)
        found[name] = "", match or ""
    return found


def funnel(screened: Crystals) -> pd.DataFrame:
    """Count how many graphs reach each stage: columns stage and count."""
    counts = [len(screened), *(int(screened[stage].sum()) for stage in STAGES[1:])]
    return pd.DataFrame({"stage": STAGES, "count": counts})


def _dropped(status: str, duplicate: str, match: str) -> str:
    if status != VALID:
        return status
    if duplicate:
        return f"equals {duplicate}"
    return f"equals {match} of the data or the known phases" if match else ""
