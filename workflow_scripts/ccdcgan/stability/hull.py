"""Convex hulls of formation energy: the known one and the one with the generated crystals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from typing import Any

import numpy as np
import pandas as pd
from pymatgen.analysis.phase_diagram import PDEntry, PhaseDiagram
from pymatgen.core import Composition, Element

from ccdcgan.core.tables import read_table
from ccdcgan.crystals.table import Crystals, space_group
from ccdcgan.stability.known_phases import KNOWN, PROTOTYPE, KnownPhases, is_known
from ccdcgan.stability.outcomes import first_of_equals, of_first_graphs, usable

COMPETING = (KNOWN, PROTOTYPE)
"""The sources of what crystals compete with; that of a crystal is its variant."""
ON_HULL = 1e-6
"""eV/atom; what rounding alone can put between a crystal and a hull that it spans."""
METASTABLE = 0.1
"""eV/atom above the known hull; within it a crystal may be metastable."""
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
    crystals: Crystals
    """The relaxed crystals of the table."""
    reason: str = ""
    energies: str = ""
    """What the energies are: the potential or the source, with its version."""
    note: str = ""
    """Why no crystal is on the hull, where their energies are of another kind."""


def known_hull(phases: Crystals, system: str) -> Crystals:
    """Add e_above_known_hull (eV/atom) to the known phases of a system, and leave out all others.

    It is NaN without a hull, which a missing end member means. Where no phase is known, prototypes
    take their place.
    """
    competing = phases.phases().within(system)
    known = competing.where(is_known(competing))
    known = known if len(known) else competing
    entries = _entries(known.table)
    diagram = None if _missing(entries, system) else _diagram(entries, system)
    return known.assign(e_above_known_hull=[_above(diagram, entry) for entry in entries])


def build_hulls(
    system: str,
    known: KnownPhases,
    screened: Mapping[str, Crystals],
    relaxed: Mapping[str, Crystals],
    *,
    stable_below: float,
    keep_unconverged: bool = False,
) -> Hulls:
    """Build both hulls of a chemical system such as `Co-Hf`, by pymatgen's PhaseDiagram.

    known: the phases that crystals compete with, of which the known ones span the known hull (the
        prototypes, where none is known). Crystals whose energies are of another kind are never put
        on one hull with them.
    screened: by variant, the rows of `screen.csv`: which known phases the graphs gave again.
    relaxed: by variant, the relaxed crystals; with the competing phases those of the system span
        the redefined hull. Those that did not converge and those that relaxed into a lower one of
        their variant are left out.
    stable_below: eV/atom above the known hull at which a crystal still counts as stable.
    keep_unconverged: whether crystals that did not converge are on the hulls all the same.

    The table has the columns id, source (`known`, `prototype` or the variant), formula, x_ELEMENT
    (fraction of atoms) of each element, formation_energy, e_above_known_hull (negative below it),
    e_above_redefined_hull (eV/atom), stable, on_redefined_hull, space_group, matches (id of the
    known phase that a crystal relaxed into, if any), found_by (variants that gave a known phase
    again, as decoded or by relaxation), decomposition_known and decomposition_redefined (fractions
    of atoms). Without a hull those two say why, and the energies
    above it are empty.
    """
    apart = known.apart
    own = (
        {}
        if apart
        else {
            name: first_of_equals(usable(rows, keep_unconverged=keep_unconverged)).within(system)
            for name, rows in relaxed.items()
        }
    )
    parts = [_of_phases(known.crystals.phases().within(system))]
    parts += [_of_relaxed(variant, crystals) for variant, crystals in own.items() if len(crystals)]
    table = pd.concat(parts, ignore_index=True)
    entries = _entries(table)
    basis = KNOWN if (table["source"] == KNOWN).any() else PROTOTYPE
    spanning = [entry for entry, row in zip(entries, table["source"], strict=True) if row == basis]
    missing = _missing(spanning, system)
    first = second = None
    reason = ""
    if missing:
        alone = " and ".join(missing)
        reason = f"no hull: no known phase of {alone} alone has an energy of this kind"
    else:
        first, second = _diagram(spanning, system), _diagram(entries, system)
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
                " ".join(v for v in screened if again[v] & set(names))
                if source in COMPETING
                else ""
                for names, source in zip(table["names"], table["source"], strict=True)
            ],
            "decomposition_known": [_decomposition(first, entry) or reason for entry in entries],
            "decomposition_redefined": [
                _decomposition(second, entry) or reason for entry in entries
            ],
        }
    )
    note = f"without the generated crystals, whose energies are by {apart}" if apart else ""
    crystals = Crystals.join(own.values()) if own else known.crystals.take([])
    return Hulls(system, result, first, second, crystals, reason, known.label, note)


def grow_hulls(
    system: str,
    known: KnownPhases,
    screened: Mapping[str, Crystals],
    relaxed: Mapping[str, Crystals],
    *,
    stable_below: float,
    keep_unconverged: bool = False,
    few: float,
    graphs: int,
) -> dict[int, Hulls]:
    """Build the hulls of a system from the first graphs of each variant and from all of them.

    few: the share of the `graphs` of a variant that are the first ones. By number of graphs, that
    of all at the end; the rest is as in `build_hulls`.
    """
    return {
        count: build_hulls(
            system,
            known,
            {variant: of_first_graphs(rows, count) for variant, rows in screened.items()},
            {variant: of_first_graphs(rows, count) for variant, rows in relaxed.items()},
            stable_below=stable_below,
            keep_unconverged=keep_unconverged,
        )
        for count in (max(1, round(few * graphs)), graphs)
    }


def generated_rows(table: pd.DataFrame) -> pd.DataFrame:
    """Select the rows of `hull.csv` that are generated crystals."""
    return table[~table["source"].isin(COMPETING)]


def read_hull(path: str | PathLike[str]) -> pd.DataFrame:
    """Read the rows of `hull.csv`; `InputError` if it is damaged."""
    return read_table(path, HULL, text=HULL_TEXT)


def growth(stages: Mapping[int, Hulls], variants: Sequence[str]) -> pd.DataFrame:
    """Say what ever more graphs of one system gave: a row for each number of graphs and variant.

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
                    "known_found": sum(
                        variant in by.split()
                        for by in table.loc[table["source"] == KNOWN, "found_by"]
                    ),
                    "stable": int(new["stable"].sum()),
                    "on_redefined_hull": int(new["on_redefined_hull"].sum()),
                    "lowest_e_above_known_hull": new["e_above_known_hull"].min(),
                }
            )
    return pd.DataFrame(rows)


def _of_phases(known: Crystals) -> pd.DataFrame:
    """Make the rows of competing phases; `names`: the ids by which one may have been matched."""
    also = known["known_as"] if "known_as" in known.table else [""] * len(known)
    names = [{name, other} - {""} for name, other in zip(known["id"], also, strict=True)]
    return pd.DataFrame(
        {
            "id": known["id"],
            "formula": known["formula"],
            "formation_energy_per_atom": known["formation_energy_per_atom"],
            "source": np.where(is_known(known), KNOWN, PROTOTYPE),
            "names": names,
            "matches": "",
            "space_group": known.map(space_group),
        }
    )


def _of_relaxed(variant: str, crystals: Crystals) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": crystals["id"],
            "formula": crystals["formula"],
            "formation_energy_per_atom": crystals["formation_energy_after"],
            "source": variant,
            "names": [set() for _ in range(len(crystals))],
            "matches": crystals["matches_after"],
            "space_group": crystals["space_group_after"].astype(int),
        }
    )


def _entries(table: pd.DataFrame) -> list[PDEntry]:
    """Make entries whose energy is the formation energy of the formula unit in eV."""
    entries = []
    for row in table.to_dict("records"):
        composition = Composition(row["formula"])
        energy = row["formation_energy_per_atom"] * composition.num_atoms
        entries.append(PDEntry(composition, energy, name=row["formula"], attribute=row["id"]))
    return entries


def _missing(entries: list[PDEntry], system: str) -> list[str]:
    """List the elements of a system that no entry consists of."""
    present = {str(entry.elements[0]) for entry in entries if entry.is_element}
    return [symbol for symbol in system.split("-") if symbol not in present]


def _diagram(entries: list[PDEntry], system: str) -> PhaseDiagram:
    return PhaseDiagram(entries, [Element(symbol) for symbol in system.split("-")])


def _above(diagram: PhaseDiagram | None, entry: PDEntry) -> float:
    """Measure the energy above the hull in eV/atom, negative below it; NaN without a hull."""
    if diagram is None:
        return float("nan")
    return float(entry.energy_per_atom - diagram.get_hull_energy_per_atom(entry.composition))


def _decomposition(diagram: PhaseDiagram | None, entry: PDEntry) -> str:
    """Name the hull's phases at an entry's composition, as `0.750 Co2Hf + 0.250 Hf` (of atoms)."""
    if diagram is None:
        return ""
    parts: dict[Any, float] = diagram.get_decomposition(entry.composition)
    amounts = sorted(parts.items(), key=lambda item: (-item[1], item[0].name))
    return " + ".join(f"{amount:.3f} {phase.name}" for phase, amount in amounts if amount > 1e-8)
