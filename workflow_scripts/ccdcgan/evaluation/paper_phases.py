"""The new phases of the paper: which of them a run made, and how stable they are there."""

from collections.abc import Mapping
from os import PathLike
from typing import Any

import pandas as pd
from pymatgen.core import Composition
from pymatgen.symmetry.groups import SpaceGroup

from ccdcgan.core.tables import read_table
from ccdcgan.crystals.table import Crystals, space_group
from ccdcgan.evaluation.paper import PHASES, alphabetical
from ccdcgan.stability.known_phases import KNOWN

OF_LOWEST = ("id", "space_group", "formation_energy", "e_above_known_hull", "on_redefined_hull")
"""Columns of `hull.csv` that are told of the lowest crystal in the paper's space group."""
COLUMNS = (
    *("system", "formula", "paper_space_group", "paper_formation_energy"),
    *("known_as", "known_e_above_hull", "variant", "found_known", "novel", "same_space_group"),
    *("relaxed", *OF_LOWEST, "lowest_e_above_known_hull"),
)


def paper_phases(hulls: Mapping[str, pd.DataFrame], novel: Mapping[str, Crystals]) -> pd.DataFrame:
    """Look for the phases that the paper puts below the known hulls; a row a phase and variant.

    hulls: by system, the rows of `hull.csv`; a system that the paper found nothing new in has no
    row. novel: by variant, the unique novel crystals as decoded. Energies in eV/atom, space groups
    as numbers. known_as: the known phase of the formula and space group, with its energy above the
    known hull; found_known: whether the variant made it. novel, same_space_group: how many crystals
    of the formula were decoded, and of these in the paper's space group. relaxed: how many of the
    formula are on the hull, of which `id` to `on_redefined_hull` are of the lowest one that ended
    in that space group; lowest_e_above_known_hull is of the lowest one of all.
    """
    named = {alphabetical(system): system for system in hulls}
    rows = []
    for phase in PHASES[PHASES["system"].isin(named)].to_dict("records"):
        system = named[phase["system"]]
        formula = Composition(phase["formula"]).reduced_formula
        group = SpaceGroup(phase["space_group"]).int_number
        table = hulls[system]
        table = table[table["formula"] == formula]
        same = table["space_group"] == group
        known = table[same & (table["source"] == KNOWN)].sort_values("e_above_known_hull").head(1)
        for variant, crystals in novel.items():
            decoded = crystals.where(crystals["formula"] == formula)
            groups = [space_group(structure) for _, structure in decoded.items()]
            mine = table[table["source"] == variant].sort_values("e_above_known_hull")
            best = mine[mine["space_group"] == group].head(1)
            found = {name: _first(best, name) for name in OF_LOWEST}
            rows.append(
                {
                    "system": system,
                    "formula": formula,
                    "paper_space_group": group,
                    "paper_formation_energy": phase["formation_energy"],
                    "known_as": _first(known, "id") or "",
                    "known_e_above_hull": _first(known, "e_above_known_hull"),
                    "variant": variant,
                    "found_known": variant in str(_first(known, "found_by") or "").split(),
                    "novel": len(decoded),
                    "same_space_group": groups.count(group),
                    "relaxed": len(mine),
                    **found,
                    "lowest_e_above_known_hull": _first(mine, "e_above_known_hull"),
                }
            )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def read_paper_phases(path: str | PathLike[str]) -> pd.DataFrame:
    """Read the rows of `paper_phases.csv`; `InputError` if it is damaged."""
    return read_table(path, COLUMNS, text=("system", "formula", "known_as", "variant", "id"))


def _first(table: pd.DataFrame, column: str) -> Any:
    return table[column].iloc[0] if len(table) else None
