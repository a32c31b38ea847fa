"""Valid, unique, novel: what remains of the generated graphs."""

import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pandas as pd
from tqdm import tqdm

from ccdcgan.codec.manifest import VALID
from ccdcgan.crystals.matching import Catalogue
from ccdcgan.crystals.table import PHASE, Crystals
from ccdcgan.stability.outcomes import SCREENED

STAGES = ("graphs", "valid", "unique", "novel")


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
    # Only crystals of one formula are ever compared, so that each formula is a task of its own.
    tasks = _by_formula(valid)
    known = _by_formula(structures.where(structures["formula"].isin(tasks)))
    none = structures.where([False] * len(structures))
    found: dict[str, tuple[str, str]] = {}
    with (
        ProcessPoolExecutor(processes, get_context("fork")) as pool,
        tqdm(total=len(valid), desc="screen", mininterval=10, file=sys.stderr) as bar,
    ):
        # The largest first, so that none of them is left for one process at the end.
        order = sorted(tasks, key=lambda formula: -len(tasks[formula]))
        mine, theirs = [tasks[f] for f in order], [known.get(f, none) for f in order]
        for part in pool.map(_compare, mine, theirs) if order else ():
            found |= part
            bar.update(len(part))
    split = dict(zip(structures, structures["split"], strict=True))
    rows = []
    for row in crystals.rows():
        duplicate, match = found.get(row["id"], ("", ""))
        is_valid = row["id"] in found
        rows.append(
            {
                "id": row["id"],
                "formula": row["formula"] if is_valid else "",
                "chemical_system": row["chemical_system"],
                "status": row["status"],
                "valid": is_valid,
                "unique": is_valid and not duplicate,
                "novel": is_valid and not duplicate and not match,
                "duplicate_of": duplicate,
                "matches": match,
                "matched_split": split.get(match, ""),
                "dropped": _dropped(row["status"], duplicate, match),
            }
        )
    return Crystals(pd.DataFrame(rows, columns=list(SCREENED)))


def _by_formula(crystals: Crystals) -> dict[str, Crystals]:
    groups = crystals.table.groupby("formula", sort=False)
    return {str(formula): Crystals(rows) for formula, rows in groups}


def _compare(crystals: Crystals, structures: Crystals) -> dict[str, tuple[str, str]]:
    """Find what each crystal of one formula repeats and what it matches ("" for neither)."""
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
