"""What makes a single structure unfit for the training set, and its row of the table."""

import math
from collections.abc import Mapping
from typing import Any

from pymatgen.core import Structure

from ccdcgan.core.settings.filters import FilterSettings
from ccdcgan.crystals.table import shortest_distance
from ccdcgan.data.sources.records import record_of_structure


def geometry_fault(structure: Structure, filters: FilterSettings | None) -> str:
    """Say why an ordered structure is dropped, as "kind: detail", or "" if it is kept.

    Without filters only a structure without a cell is dropped.
    """
    longest = max(structure.lattice.abc)
    no_cell = "" if math.isfinite(longest) else "no cell: the lattice is not finite"
    if filters is None:
        return no_cell
    symbols = {element.symbol for element in structure.composition.elements}
    excluded = symbols & set(filters.exclude)
    if filters.elements:
        excluded |= symbols - set(filters.elements)
    if excluded:
        return f"element not wanted: {', '.join(sorted(excluded))}"
    if filters.max_sites is not None and len(structure) > filters.max_sites:
        return f"too many atoms: {len(structure)} of at most {filters.max_sites}"
    if no_cell:
        return no_cell
    if longest > filters.max_length:
        return f"cell too long: {longest:.2f} Å of at most {filters.max_length:g} Å"
    distance = shortest_distance(structure)
    if distance < filters.min_distance:
        return f"atoms too close: {distance:.2f} Å of at least {filters.min_distance:g} Å"
    return ""


def property_fault(
    values: Mapping[str, Any], required: Mapping[str, bool], filters: FilterSettings
) -> str:
    """Say why the properties of a structure drop it, or "".

    required: by target property, whether a row must have it.
    """
    for name, needed in required.items():
        if needed and not math.isfinite(values[name]):
            return f"missing property: {name}"
    energy = values.get("formation_energy_per_atom", math.nan)
    low, high = filters.min_energy, filters.max_energy
    if low is not None and energy < low:
        return f"energy too low: {energy:.2f} of at least {low:g} eV/atom"
    if high is not None and energy > high:
        return f"energy too high: {energy:.2f} of at most {high:g} eV/atom"
    limit = filters.max_above_hull
    if limit is not None:
        above = values.get("energy_above_hull", math.nan)
        if math.isnan(above):
            return "energy above hull unknown"
        if above > limit:
            return f"too far above the hull: {above:.2f} of at most {limit:g} eV/atom"
    return ""


def as_row(
    id_: str, structure: Structure, provenance: str, filters: FilterSettings | None
) -> dict[str, Any]:
    """Make the record of a structure; `dropped` is its fault, or ""."""
    row = record_of_structure(id_, structure, {}, provenance)
    return row | {"dropped": row["dropped"] or geometry_fault(structure, filters)}
