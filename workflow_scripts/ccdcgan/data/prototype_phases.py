"""The source `prototypes`: its phases without duplicates, and their copies, in one table."""

import logging
from collections.abc import Sequence
from typing import Any

import pandas as pd

from ccdcgan.crystals.table import COPY, PHASE
from ccdcgan.data.duplicates import mark_duplicates
from ccdcgan.data.formation_energies import (
    add_formation_energies,
    element_references,
    reject_unusable,
)
from ccdcgan.data.sources.records import COLUMNS

logger = logging.getLogger(__name__)
ENERGY_TOLERANCE = 0.002
"""eV/atom; how well relaxations into one structure agree in energy."""


def merge_phases(
    candidates: pd.DataFrame,
    relaxed: Sequence[pd.DataFrame],
    elements: Sequence[pd.DataFrame],
    max_energy: float | None,
) -> pd.DataFrame:
    """Merge the shards of a unit: faults, energies above the limit and duplicates are dropped.

    `elements` are the tables of phases of the unit's elements, none if the unit is one itself. Of
    structures that relaxed into one another the lowest in energy stays; of those that agree in
    energy, the one with the smallest cell that moved the least. Candidates dropped before the
    relaxation stand at the end.
    """
    table = pd.concat(relaxed, ignore_index=True)
    reject_unusable(table)
    references = element_references(elements or [table])
    add_formation_energies(table, references, max_energy)
    table = table.sort_values(["energy_per_atom", "id"], ignore_index=True)
    mark_duplicates(table, _simplest_of_the_lowest)
    logger.info("%d phases of %d relaxed structures", sum(table["dropped"] == ""), len(table))
    return pd.concat([table, candidates[candidates["dropped"] != ""]], ignore_index=True)


def _simplest_of_the_lowest(group: pd.DataFrame) -> Any:
    lowest = group[group["energy_per_atom"] <= group["energy_per_atom"].min() + ENERGY_TOLERANCE]
    return lowest.sort_values(["num_sites", "steps", "energy_per_atom", "id"]).index[0]


def merge_prototypes(
    phases: Sequence[pd.DataFrame],
    copies: Sequence[pd.DataFrame],
    *,
    potential: str,
    max_energy: float | None,
) -> pd.DataFrame:
    """Make the table of records of the source, from the phases and the copies of all units.

    Energies are those of the potential; copies carry the id of the phase they come from as their
    `parent`.
    """
    known = pd.concat(phases, ignore_index=True).assign(kind=PHASE)
    known["parent"] = known["id"]
    table = pd.concat([known, pd.concat(copies).assign(kind=COPY)], ignore_index=True)
    reject_unusable(table)
    add_formation_energies(table, element_references(phases), max_energy)
    table = table.assign(source="prototypes", energy_scheme=potential)
    return table[[*COLUMNS, "energy_per_atom", "formation_energy_per_atom"]]
