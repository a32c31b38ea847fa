"""The tables of screen and relax: their columns, and how to read them."""

from os import PathLike

import pandas as pd

from ccdcgan.core.tables import read_table
from ccdcgan.crystals.matching import duplicates
from ccdcgan.crystals.table import Crystals

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
    "correction",
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
    "duplicate_after",
)
"""The columns beside the structures, which only the crystals with an energy have."""
CONVERGED, NOT_CONVERGED = "relaxed", "not converged"
"""The outcomes of a relaxation that leave an energy; all others are failures."""


def read_screened(path: str | PathLike[str]) -> Crystals:
    """Read the rows of `screen.csv`, which has no structures; `InputError` if it is damaged."""
    return Crystals(read_table(path, SCREENED, text=SCREENED_TEXT))


def read_relaxed(path: str | PathLike[str]) -> Crystals:
    """Read relaxed crystals; `InputError` if the file is damaged."""
    return Crystals.read(path, RELAXED)


def usable(relaxed: Crystals, *, keep_unconverged: bool = False) -> Crystals:
    """Select the relaxed crystals that count: those that converged.

    keep_unconverged: those that ran out of steps, too, whose energy is that of where they stopped.
    """
    wanted = [CONVERGED, NOT_CONVERGED] if keep_unconverged else [CONVERGED]
    return relaxed.where(relaxed["status"].isin(wanted))


def first_of_equals(relaxed: Crystals) -> Crystals:
    """Select the crystals that equal no lower one of their variant after relaxation."""
    if "duplicate_after" not in relaxed.table:
        return relaxed
    return relaxed.where(relaxed["duplicate_after"] == "")


def is_new(relaxed: Crystals) -> pd.Series:
    """Say of relaxed crystals which are neither a known phase nor a lower one of their variant."""
    return (relaxed["matches_after"] == "") & (relaxed["duplicate_after"] == "")


def merge_shards(paths: list[str]) -> Crystals:
    """Read the shards of relaxed crystals, in the order of their ids.

    Adds `duplicate_after`: of equal crystals that converged, the one lowest in energy stands for
    all, and the others name it. Raises `InputError` for a damaged file and for a crystal that
    stands in two shards.
    """
    found = Crystals.read_all(paths, set(RELAXED) - {"duplicate_after"}).sort("id")
    settled = usable(found).sort("formation_energy_after", "id")
    return found.assign(duplicate_after=found["id"].map(duplicates(settled)).fillna(""))


def of_first_graphs(rows: Crystals, count: int) -> Crystals:
    """Select the rows of the first `count` graphs; their numbers end the ids (`dcgan-000012`)."""
    return rows.where([int(name.rsplit("-", 1)[1]) < count for name in rows])
