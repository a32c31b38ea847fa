"""All that is known of every generated graph, in one row: its columns, and how to read them."""

from os import PathLike

import pandas as pd

from ccdcgan.core.tables import read_table

RELAXED = (
    *("id", "formation_energy_before", "formation_energy_after", "delta_formation_energy"),
    *("rmsd", "displacement", "volume_ratio", "space_group_after", "matches_after"),
    "duplicate_after",
)
HULL = (
    *("id", "e_above_known_hull", "e_above_redefined_hull", "stable"),
    *("decomposition_known", "decomposition_redefined"),
)
SUMMARY = (
    *("id", "variant", "seed", "composition_asked", "status", "reached", "dropped"),
    *("formula", "chemical_system", "num_sites", "space_group_before", "space_group_after"),
    "prototype",
    *RELAXED[1:7],
    *HULL[1:],
    *("duplicate_of", "duplicate_after", "matches", "matched_split", "matches_after"),
)
"""The columns, before those of the predicted properties."""
NUMBERS = (
    *("seed", "num_sites", "space_group_before", "space_group_after"),
    *RELAXED[1:7],
    *HULL[1:3],
)
REACHED = ("graph", "valid", "unique", "novel", "relaxed", "stable")
"""The stages that a graph passes one after the other."""


def read_summary(path: str | PathLike[str]) -> pd.DataFrame:
    """Read the rows of `summary/{variant}.csv`; `InputError` if it is damaged."""
    text = [name for name in SUMMARY if name not in NUMBERS]
    return read_table(path, SUMMARY, text=text, numbers=NUMBERS)
