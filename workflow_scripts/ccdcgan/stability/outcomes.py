"""The tables of screen and relax: their columns, and how to read them."""

from os import PathLike

from ccdcgan.core.tables import read_table
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
"""The columns beside the structures, which only the crystals with an energy have."""
USABLE = ("relaxed", "not converged")
"""The outcomes of a relaxation that leave an energy; all others are failures."""


def read_screened(path: str | PathLike[str]) -> Crystals:
    """Read the rows of `screen.csv`, which has no structures; `InputError` if it is damaged."""
    return Crystals(read_table(path, SCREENED, text=SCREENED_TEXT))


def read_relaxed(path: str | PathLike[str]) -> Crystals:
    """Read relaxed crystals; `InputError` if the file is damaged."""
    return Crystals.read(path, RELAXED)


def usable(relaxed: Crystals) -> Crystals:
    """Select the relaxed crystals that have an energy."""
    return relaxed.where(relaxed["status"].isin(USABLE))


def merge_shards(paths: list[str]) -> Crystals:
    """Read the shards of relaxed crystals, in the order of their ids.

    Raises `InputError` for a damaged file and for a crystal that stands in two shards.
    """
    return Crystals.read_all(paths, RELAXED).sort("id")


def of_first_graphs(rows: Crystals, count: int) -> Crystals:
    """Select the rows of the first `count` graphs; their numbers end the ids (`dcgan-000012`)."""
    return rows.where([int(name.rsplit("-", 1)[1]) < count for name in rows])
