"""What makes a single structure unfit for the training set, and its row of the table."""

import math
from collections.abc import Mapping
from typing import Any

from pymatgen.core import Element, Structure

from ccdcgan.config import MAX_ATOMIC_NUMBER
from ccdcgan.structures import from_structure, shortest_distance

MIN_DISTANCE = 0.5
"""Å; atoms closer than this are no crystal."""


def fault(structure: Structure, filters: Mapping[str, Any]) -> str:
    """The reason why a structure cannot be used, as "kind: detail", or "" if it can.

    `filters` is the section `data.filters` of the config.
    """
    if not structure.is_ordered:
        return "partial occupancy: a site is shared or partly empty"
    for species in structure.composition:
        symbol = species.symbol
        if not Element.is_valid_symbol(symbol) or Element(symbol).Z > MAX_ATOMIC_NUMBER:
            return f"unknown species: {symbol}"
    if len(structure) > filters["max_sites"]:
        return f"too many atoms: {len(structure)} of at most {filters['max_sites']}"
    longest = max(structure.lattice.abc)
    if not math.isfinite(longest):
        return "no cell: the lattice is not finite"
    if longest > filters["max_length"]:
        return f"too long a cell: {longest:.2f} Å of at most {filters['max_length']:g} Å"
    distance = shortest_distance(structure)
    if distance < MIN_DISTANCE:
        return f"atoms too close: {distance:.2f} Å of at least {MIN_DISTANCE:g} Å"
    return ""


def as_row(
    id_: str, structure: Structure, provenance: str, filters: Mapping[str, Any]
) -> dict[str, Any]:
    """A row of the table of structures; `dropped` is the fault of the structure, or ""."""
    dropped = fault(structure, filters)
    row = {"id": id_, "provenance": provenance, "formula": structure.composition.reduced_formula}
    if not dropped.startswith(("partial occupancy", "unknown species")):
        row |= from_structure(structure)
    return row | {"dropped": dropped}
