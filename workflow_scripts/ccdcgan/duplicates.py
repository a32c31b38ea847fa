"""Structures that stand in a table more than once."""

import pandas as pd
from pymatgen.analysis.structure_matcher import StructureMatcher

from ccdcgan.structures import to_structure


def mark_duplicates(table: pd.DataFrame) -> None:
    """Write "duplicate: ID" into `dropped` of every row that equals an earlier one.

    Equal is what pymatgen's StructureMatcher calls so at its defaults, volumes scaled. Only rows
    that are not dropped yet take part; of equal ones the first in the table stays, so sort first.
    """
    kept = table.index[table["dropped"] == ""]
    structures = {index: to_structure(table.loc[index]) for index in kept}
    index_of = {id(structure): index for index, structure in structures.items()}
    # It compares within equal formulas only, and the first of each group with all the others.
    for group in StructureMatcher().group_structures(list(structures.values())):
        first, *others = (index_of[id(structure)] for structure in group)
        table.loc[others, "dropped"] = f"duplicate: {table.loc[first, 'id']}"
