"""Structures that stand in a table more than once."""

from collections.abc import Callable
from typing import Any

import pandas as pd
from pymatgen.analysis.structure_matcher import StructureMatcher

from ccdcgan.crystals.table import to_structure


def mark_duplicates(
    table: pd.DataFrame,
    best: Callable[[pd.DataFrame], Any] = lambda group: group.index[0],
    matcher: StructureMatcher | None = None,
) -> None:
    """Write "duplicate: ID" into `dropped` of all but one of the rows that are equal.

    Equal is what `matcher` calls so, by default pymatgen's at its default tolerances, volumes
    scaled; rows are compared with the first in the table. Only rows that are not dropped yet take
    part. `best` says which of the equal rows stays: it gets them and returns an index, by default
    the first.
    """
    matcher = matcher or StructureMatcher()
    kept = table.index[table["dropped"] == ""]
    structures = {index: to_structure(table.loc[index]) for index in kept}
    index_of = {id(structure): index for index, structure in structures.items()}
    # It compares within equal formulas only, and the first of each group with all the others.
    for group in matcher.group_structures(list(structures.values())):
        rows = table.loc[[index_of[id(structure)] for structure in group]]
        stays = best(rows)
        table.loc[rows.index.drop(stays), "dropped"] = f"duplicate: {table.loc[stays, 'id']}"
