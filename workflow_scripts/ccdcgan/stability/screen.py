"""Valid, unique, novel: what remains of the generated graphs."""

import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pandas as pd
from pymatgen.core import Structure
from tqdm import tqdm

from ccdcgan.core.errors import InputError
from ccdcgan.core.tables import read_table
from ccdcgan.crystals.archives import read_crystals
from ccdcgan.crystals.matching import Catalogue
from ccdcgan.crystals.table import to_structure
from ccdcgan.stability.outcomes import SCREENED

STAGES = ("graphs", "valid", "unique", "novel")
MANIFEST = ("id", "variant", "elements", "status", "formula", "num_sites")


def read_manifests(
    manifests: Sequence[str | Path], archives: Sequence[str | Path]
) -> tuple[pd.DataFrame, dict[str, Structure]]:
    """The manifest rows of all shards and their valid crystals by id.

    Raises `InputError` if a file is damaged, an id repeats, or an archive does not hold exactly the
    crystals that its manifest calls valid (a truncated file).
    """
    tables: list[pd.DataFrame] = []
    crystals: dict[str, Structure] = {}
    for manifest, archive in zip(manifests, archives, strict=True):
        table = read_table(manifest, MANIFEST, text=("id", "elements", "status", "formula"))
        held = read_crystals(archive)
        valid = set(table["id"][table["status"] == "valid"])
        if valid != set(held):
            name = min(valid ^ set(held))
            raise InputError(
                f"{archive}: {len(held)} crystals, but {manifest} calls {len(valid)} valid "
                f"(crystal {name!r} is in one only); make the shard again"
            )
        tables.append(table)
        crystals |= held
    rows = pd.concat(tables, ignore_index=True)
    repeated = rows["id"][rows["id"].duplicated()]
    if len(repeated):
        raise InputError(f"{manifests[-1]}: id {repeated.iloc[0]!r} is also in another shard")
    return rows, crystals


def screen(
    manifest: pd.DataFrame,
    crystals: Mapping[str, Structure],
    structures: pd.DataFrame,
    *,
    processes: int = 1,
) -> pd.DataFrame:
    """One row for every graph: is its crystal valid, unique and novel, and if not, why.

    A crystal is a duplicate of the first unique one that it equals. A unique crystal is compared
    with every structure of the data: `matches` is the closest of the relaxed phases that it equals,
    else the first disturbed copy. A duplicate takes over what its first one matches.
    The three flags are cumulative: a novel crystal is unique, a unique one valid.

    processes: how many work at once; the rows do not depend on it.
    """
    formulas = {name: crystal.composition.reduced_formula for name, crystal in crystals.items()}
    # Only crystals of one formula are ever compared, so that each formula is a task of its own.
    tasks: dict[str, dict[str, Structure]] = {}
    for name in manifest["id"][manifest["id"].isin(crystals)]:
        tasks.setdefault(formulas[name], {})[name] = crystals[name]
    known = dict(iter(structures[structures["formula"].isin(tasks)].groupby("formula")))
    found: dict[str, tuple[str, str]] = {}
    with (
        ProcessPoolExecutor(processes, get_context("fork")) as pool,
        tqdm(total=len(crystals), desc="screen", mininterval=10, file=sys.stderr) as bar,
    ):
        # The largest first, so that none of them is left for one process at the end.
        order = sorted(tasks, key=lambda formula: -len(tasks[formula]))
        arguments = zip(
            *((tasks[f], known.get(f, structures.iloc[:0])) for f in order), strict=True
        )
        for part in pool.map(_compare, *arguments) if order else ():
            found |= part
            bar.update(len(part))
    split = dict(zip(structures["id"], structures["split"], strict=True))
    rows = []
    for row in manifest.to_dict("records"):
        name = row["id"]
        crystal = crystals.get(name)
        duplicate, match = found.get(name, ("", ""))
        rows.append(
            {
                "id": name,
                "formula": formulas.get(name, ""),
                "chemical_system": _chemical_system(row["elements"], crystal),
                "status": row["status"],
                "valid": crystal is not None,
                "unique": crystal is not None and not duplicate,
                "novel": crystal is not None and not duplicate and not match,
                "duplicate_of": duplicate,
                "matches": match,
                "matched_split": split.get(match, ""),
                "dropped": _dropped(row["status"], duplicate, match),
            }
        )
    return pd.DataFrame(rows, columns=list(SCREENED))


def _compare(
    crystals: Mapping[str, Structure], structures: pd.DataFrame
) -> dict[str, tuple[str, str]]:
    """What each crystal of one formula repeats and what it matches ("" for neither), by id."""
    phases, others, seen = Catalogue(), Catalogue(), Catalogue()
    for _, row in structures.iterrows():
        (phases if row["kind"] == "phase" else others).add(row["id"], to_structure(row))
    found: dict[str, tuple[str, str]] = {}
    for name, crystal in crystals.items():
        first = seen.first_match(crystal)
        if first:
            found[name] = first, found[first][1]
            continue
        seen.add(name, crystal)
        match = phases.closest_match(crystal) or others.first_match(crystal)
        found[name] = "", match or ""
    return found


def funnel(rows: pd.DataFrame) -> pd.DataFrame:
    """How many graphs reach each stage: columns stage and count."""
    counts = [len(rows), *(int(rows[stage].sum()) for stage in STAGES[1:])]
    return pd.DataFrame({"stage": STAGES, "count": counts})


def _chemical_system(elements: str, crystal: Structure | None) -> str:
    if crystal is not None:
        return crystal.composition.chemical_system
    return "-".join(sorted(elements.split("-")))


def _dropped(status: str, duplicate: str, match: str) -> str:
    if status != "valid":
        return status
    if duplicate:
        return f"equals {duplicate}"
    return f"equals {match} of the data" if match else ""
