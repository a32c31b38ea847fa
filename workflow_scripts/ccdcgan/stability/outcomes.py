"""The tables of screen and relax: their columns, how to read them, how to join shards."""

from collections.abc import Sequence
from os import PathLike

import pandas as pd
from pymatgen.core import Structure

from ccdcgan.core.errors import InputError
from ccdcgan.core.tables import read_table
from ccdcgan.crystals.archives import read_crystals

SCREENED = (
    "id",
    "formula",
    "chemical_system",
    "status",
    "valid",
    "unique",
    "novel",
    "duplicate_of",
    "matches",
    "matched_split",
    "dropped",
)
SCREENED_TEXT = tuple(name for name in SCREENED if name not in ("valid", "unique", "novel"))
RELAXED = (
    "id",
    "formula",
    "chemical_system",
    "status",
    "formation_energy_before",
    "formation_energy_after",
    "delta_formation_energy",
    "rmsd",
    "displacement",
    "volume_ratio",
    "steps",
    "space_group_before",
    "space_group_after",
    "matches_after",
)
RELAXED_TEXT = ("id", "formula", "chemical_system", "status", "matches_after")
USABLE = ("relaxed", "not converged")
"""The outcomes of a relaxation that leave an energy; all others are failures."""


def read_screened(path: str | PathLike[str]) -> pd.DataFrame:
    """The rows of `screen.csv`; `InputError` if it is damaged."""
    return read_table(path, SCREENED, text=SCREENED_TEXT)


def read_relaxed(path: str | PathLike[str]) -> pd.DataFrame:
    """The rows of `relaxed.csv` or of one of its shards; `InputError` if it is damaged."""
    return read_table(path, RELAXED, text=RELAXED_TEXT)


def read_relaxed_crystals(
    table: str | PathLike[str], archive: str | PathLike[str]
) -> tuple[pd.DataFrame, dict[str, Structure]]:
    """Rows and relaxed crystals by id; `InputError` if the two files do not fit each other."""
    rows = read_relaxed(table)
    crystals = read_crystals(archive)
    usable = set(rows["id"][rows["status"].isin(USABLE)])
    if usable != set(crystals):
        raise InputError(
            f"{archive}: {len(crystals)} crystals, but {table} has {len(usable)} relaxed ones "
            f"(crystal {min(usable ^ set(crystals))!r} is in one only); make the files again"
        )
    return rows, crystals


def of_first_graphs(rows: pd.DataFrame, count: int) -> pd.DataFrame:
    """The rows of the first `count` graphs; their numbers end the ids (`dcgan-000012`)."""
    numbers = rows["id"].map(lambda name: int(name.rsplit("-", 1)[1]))
    return rows[numbers.astype(int) < count]


def merge_shards(
    tables: Sequence[str | PathLike[str]], archives: Sequence[str | PathLike[str]]
) -> tuple[pd.DataFrame, dict[str, Structure]]:
    """The rows and crystals of all shards in the order of their ids.

    Raises `InputError` for damaged files and for a crystal that stands in two shards.
    """
    parts: list[pd.DataFrame] = []
    crystals: dict[str, Structure] = {}
    for table, archive in zip(tables, archives, strict=True):
        part, held = read_relaxed_crystals(table, archive)
        parts.append(part)
        crystals |= held
    rows = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    repeated = rows["id"][rows["id"].duplicated()]
    if len(repeated):
        raise InputError(f"{tables[-1]}: crystal {repeated.iloc[0]!r} is also in another shard")
    return rows.sort_values("id", ignore_index=True), dict(sorted(crystals.items()))
