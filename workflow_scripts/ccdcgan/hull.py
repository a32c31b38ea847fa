"""Convex hulls of formation energy: the known one and the one with the generated crystals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from typing import Any

import numpy as np
import pandas as pd
from pymatgen.analysis.phase_diagram import PDEntry, PhaseDiagram
from pymatgen.core import Composition, Element, Structure

from ccdcgan.archives import read_table
from ccdcgan.matching import space_group
from ccdcgan.outcomes import USABLE
from ccdcgan.structures import to_structure

ON_HULL = 1e-6
"""eV/atom; what rounding alone can put between a crystal and a hull that it spans."""
SMALL_CHANGE = 0.2
"""eV/atom; the paper counts the crystals whose relaxation releases less than this (table 1)."""
PAPER = {
    "system": "paper, 15 systems",
    "variant": "ccdcgan",
    "mean_delta_formation_energy": 0.10,
    "negative": 0.72,
}
"""What the paper says of all its systems together, by DFT; the columns are those of `table1`."""

HULL = (
    "id",
    "source",
    "formula",
    "formation_energy",
    "e_above_known_hull",
    "e_above_redefined_hull",
    "stable",
    "on_redefined_hull",
    "space_group",
    "matches",
)
HULL_TEXT = ("id", "source", "formula", "matches")


@dataclass(frozen=True)
class Hulls:
    """Both hulls of a system and a row for each crystal; `reason` says why there are none."""

    system: str
    table: pd.DataFrame
    known: PhaseDiagram | None
    redefined: PhaseDiagram | None
    reason: str = ""
    energies: str = ""
    """What the energies are: the potential or the source, with its version."""
    note: str = ""
    """Why no crystal is on the hull, where their energies are of another kind."""


def known_hull(structures: pd.DataFrame, system: str) -> pd.DataFrame:
    """The known phases of a system: id, formula, formation_energy_per_atom, e_above_known_hull.

    Energies in eV/atom. Without a hull (a missing end member) e_above_known_hull is NaN.
    """
    phases = _known_phases(structures, system)
    entries = _entries(phases)
    diagram = None if _missing(entries, system) else _diagram(entries, system)
    phases["e_above_known_hull"] = [_above(diagram, entry) for entry in entries]
    return phases


def build_hulls(
    system: str,
    structures: pd.DataFrame,
    screened: Mapping[str, pd.DataFrame],
    relaxed: Mapping[str, pd.DataFrame],
    crystals: Mapping[str, Structure],
    *,
    stable_below: float,
    energies: str = "",
    apart: str = "",
) -> Hulls:
    """Both hulls of a chemical system such as `Co-Hf`, by pymatgen's PhaseDiagram.

    structures: the table of the data; its relaxed phases span the known hull.
    screened: by variant, the rows of `screen.csv`: which known phases the graphs gave again.
    relaxed: by variant, the rows of `relaxed.csv`; with the known phases the crystals of the system
        span the redefined hull. Those without an energy are left out.
    crystals: the relaxed crystals by id.
    stable_below: eV/atom above the known hull at which a crystal still counts as stable.
    energies: what the energies of the known phases are.
    apart: what those of the crystals are, if they are others: these are never put on one hull.

    The table has the columns id, source (`known` or the variant), formula, x_ELEMENT (fraction of
    atoms) of each element, formation_energy, e_above_known_hull (negative below it),
    e_above_redefined_hull (eV/atom), stable, on_redefined_hull, space_group, matches (id of the
    known phase that a crystal relaxed into, if any), found_by (variants that gave a known phase
    again, as decoded or by relaxation), decomposition_known and decomposition_redefined (fractions
    of atoms). Without a hull those two say why, and the energies
    above it are empty.
    """
    known = _known_phases(structures, system).assign(source="known", matches="")
    positions = structures.set_index("id")
    known["space_group"] = [space_group(to_structure(positions.loc[i])) for i in known["id"]]
    parts = []
    for variant, rows in relaxed.items() if not apart else ():
        inside = rows["status"].isin(USABLE) & rows["formula"].map(
            lambda formula: _inside(formula, system)
        )
        found = rows[inside]
        parts.append(
            pd.DataFrame(
                {
                    "id": found["id"],
                    "formula": found["formula"],
                    "formation_energy_per_atom": found["formation_energy_after"],
                    "source": variant,
                    "matches": found["matches_after"],
                    "space_group": [space_group(crystals[name]) for name in found["id"]],
                }
            )
        )
    table = pd.concat([known, *(part for part in parts if len(part))], ignore_index=True)
    entries = _entries(table)
    of_known = [
        entry for entry, row in zip(entries, table["source"], strict=True) if row == "known"
    ]
    missing = _missing(of_known, system)
    first = second = None
    reason = ""
    if missing:
        alone = " and ".join(missing)
        reason = f"no hull: no known phase of {alone} alone has an energy of this kind"
    else:
        first, second = _diagram(of_known, system), _diagram(entries, system)
    above = np.array([_above(first, entry) for entry in entries])
    above_redefined = np.array([_above(second, entry) for entry in entries])
    again = {v: {*screened[v]["matches"], *relaxed[v]["matches_after"]} for v in screened}
    compositions = [Composition(formula) for formula in table["formula"]]
    fractions = {
        f"x_{symbol}": [c.get_atomic_fraction(symbol) for c in compositions]
        for symbol in system.split("-")
    }
    result = pd.DataFrame(
        {
            "id": table["id"],
            "source": table["source"],
            "formula": table["formula"],
            **fractions,
            "formation_energy": table["formation_energy_per_atom"],
            "e_above_known_hull": above,
            "e_above_redefined_hull": above_redefined,
            "stable": above <= stable_below + ON_HULL,
            "on_redefined_hull": above_redefined <= ON_HULL,
            "space_group": table["space_group"],
            "matches": table["matches"],
            "found_by": [
                " ".join(v for v in screened if name in again[v]) if source == "known" else ""
                for name, source in zip(table["id"], table["source"], strict=True)
            ],
            "decomposition_known": [_decomposition(first, entry) or reason for entry in entries],
            "decomposition_redefined": [
                _decomposition(second, entry) or reason for entry in entries
            ],
        }
    )
    note = f"without the generated crystals, whose energies are by {apart}" if apart else ""
    return Hulls(system, result, first, second, reason, energies, note)


def read_hull(path: str | PathLike[str]) -> pd.DataFrame:
    """The rows of `hull.csv`; `InputError` if it is damaged."""
    return read_table(path, HULL, text=HULL_TEXT)


def growth(stages: Mapping[int, Hulls], variants: Sequence[str]) -> pd.DataFrame:
    """What ever more graphs of one system gave: a row for each number of graphs and variant.

    stages: hulls by the number of graphs of a variant. Columns: graphs, variant, relaxed (crystals
    with an energy), known_found (known phases that came out), stable and on_redefined_hull (new
    crystals), lowest_e_above_known_hull (eV/atom; of the new ones).
    """
    rows = []
    for graphs, hulls in stages.items():
        table = hulls.table
        for variant in variants:
            mine = table[table["source"] == variant]
            new = mine[mine["matches"] == ""]
            rows.append(
                {
                    "graphs": graphs,
                    "variant": variant,
                    "relaxed": len(mine),
                    "known_found": sum(variant in by.split() for by in table["found_by"]),
                    "stable": int(new["stable"].sum()),
                    "on_redefined_hull": int(new["on_redefined_hull"].sum()),
                    "lowest_e_above_known_hull": new["e_above_known_hull"].min(),
                }
            )
    return pd.DataFrame(rows)


def table1(
    hulls: Mapping[str, pd.DataFrame],
    screened: Mapping[str, pd.DataFrame],
    relaxed: Mapping[str, pd.DataFrame],
) -> pd.DataFrame:
    """Table 1 of the paper for this run: a row for each system and variant, for all, and `PAPER`.

    hulls: by system, the rows of `hull.csv`; screened and relaxed: by variant. A crystal belongs to
    each system that holds all of its elements. Energies in eV/atom; E above the known hull;
    negative: the share of the relaxed with E_f < 0. Stable and on the redefined hull count only
    crystals that did not relax into a known phase; unknown where no hull took a crystal.
    """
    groups: list[tuple[str, list[str]]] = [(system, [system]) for system in hulls]
    if len(hulls) > 1:
        groups.append(("all", list(hulls)))
    rows = []
    for name, systems in groups:
        above = pd.concat([hulls[system] for system in systems]).drop_duplicates("id")
        for variant in screened:
            graphs = _of_systems(screened[variant], systems)
            usable = _of_systems(relaxed[variant], systems)
            usable = usable[usable["status"].isin(USABLE)]
            mine = above[above["source"] == variant]
            new = mine[mine["matches"] == ""]
            change = usable["delta_formation_energy"]
            compared = usable.empty or mine["e_above_known_hull"].notna().any()
            rows.append(
                {
                    "system": name,
                    "variant": variant,
                    "generated": len(graphs),
                    "valid": int(graphs["valid"].sum()),
                    "novel": int(graphs["novel"].sum()),
                    "relaxed": len(usable),
                    "mean_delta_formation_energy": change.mean(),
                    "small_delta": int((change < SMALL_CHANGE).sum()),
                    "mean_formation_energy": usable["formation_energy_after"].mean(),
                    "negative": (usable["formation_energy_after"] < 0).sum() / len(usable)
                    if len(usable)
                    else float("nan"),
                    "mean_e_above_hull": mine["e_above_known_hull"].mean(),
                    "stable": int(new["stable"].sum()) if compared else pd.NA,
                    "on_redefined_hull": int(new["on_redefined_hull"].sum()) if compared else pd.NA,
                }
            )
    return pd.DataFrame([*rows, PAPER]).astype(dict.fromkeys(COUNTS, "Int64"))


COUNTS = ("generated", "valid", "novel", "relaxed", "small_delta", "stable", "on_redefined_hull")
HEADINGS = {
    "system": "System",
    "variant": "Variant",
    "generated": "Generated",
    "valid": "Valid",
    "novel": "Novel",
    "relaxed": "Relaxed",
    "mean_delta_formation_energy": "Mean ΔE<sub>f</sub> (eV/atom)",
    "small_delta": f"ΔE<sub>f</sub> &lt; {SMALL_CHANGE}",
    "mean_formation_energy": "Mean E<sub>f</sub> (eV/atom)",
    "negative": "Share with E<sub>f</sub> &lt; 0",
    "mean_e_above_hull": "Mean E above hull (eV/atom)",
    "stable": "Stable",
    "on_redefined_hull": "On redefined hull",
}


def table1_html(table: pd.DataFrame) -> str:
    """Table 1 as a page of HTML that stands alone."""
    shown = table.rename(columns=HEADINGS).astype(object)
    body = shown.where(shown.notna(), "–").to_html(
        index=False, float_format="{:.3f}".format, border=0, escape=False
    )
    style = (
        "body{font-family:sans-serif;margin:1em}table{border-collapse:collapse}"
        "th,td{padding:.3em .7em;text-align:right;border-bottom:1px solid #ddd}"
        "th:nth-child(-n+2),td:nth-child(-n+2){text-align:left}"
    )
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Table 1</title>'
        f"<style>{style}</style></head><body>{body}</body></html>\n"
    )


def _inside(formula: str, system: str) -> bool:
    return {str(element) for element in Composition(formula)} <= set(system.split("-"))


def _of_systems(rows: pd.DataFrame, systems: list[str]) -> pd.DataFrame:
    sets = [set(system.split("-")) for system in systems]
    inside = rows["chemical_system"].map(lambda name: any(set(name.split("-")) <= s for s in sets))
    return rows[inside.astype(bool)]  # without rows the mask would be a list of columns


def _known_phases(structures: pd.DataFrame, system: str) -> pd.DataFrame:
    phases = structures[structures["kind"] == "phase"]
    inside = phases["formula"].map(lambda formula: _inside(formula, system)).astype(bool)
    return phases.loc[inside, ["id", "formula", "formation_energy_per_atom"]].reset_index(drop=True)


def _entries(table: pd.DataFrame) -> list[PDEntry]:
    """Entries whose energy is the formation energy of the formula unit in eV."""
    entries = []
    for row in table.to_dict("records"):
        composition = Composition(row["formula"])
        energy = row["formation_energy_per_atom"] * composition.num_atoms
        entries.append(PDEntry(composition, energy, name=row["formula"], attribute=row["id"]))
    return entries


def _missing(entries: list[PDEntry], system: str) -> list[str]:
    """The elements of a system that no entry consists of."""
    present = {str(entry.elements[0]) for entry in entries if entry.is_element}
    return [symbol for symbol in system.split("-") if symbol not in present]


def _diagram(entries: list[PDEntry], system: str) -> PhaseDiagram:
    return PhaseDiagram(entries, [Element(symbol) for symbol in system.split("-")])


def _above(diagram: PhaseDiagram | None, entry: PDEntry) -> float:
    """E above the hull in eV/atom, negative below it; NaN without a hull."""
    if diagram is None:
        return float("nan")
    return float(entry.energy_per_atom - diagram.get_hull_energy_per_atom(entry.composition))


def _decomposition(diagram: PhaseDiagram | None, entry: PDEntry) -> str:
    """The hull's phases at an entry's composition, as `0.750 Co2Hf + 0.250 Hf` (of atoms)."""
    if diagram is None:
        return ""
    parts: dict[Any, float] = diagram.get_decomposition(entry.composition)
    amounts = sorted(parts.items(), key=lambda item: (-item[1], item[0].name))
    return " + ".join(f"{amount:.3f} {phase.name}" for phase, amount in amounts if amount > 1e-8)
