"""The source `prototypes`: phases without duplicates, and energies of formation."""

import logging
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd
from pymatgen.core import Composition

from ccdcgan.duplicates import mark_duplicates
from ccdcgan.errors import InputError
from ccdcgan.sources.records import COLUMNS, reject

logger = logging.getLogger(__name__)

ENERGY_TOLERANCE = 0.002
"""eV/atom; how well relaxations into one structure agree in energy."""


def reject_unusable(table: pd.DataFrame) -> None:
    """Drop rows whose energy is not a finite number, and ids that stood in an earlier row."""
    energy = pd.to_numeric(table["energy_per_atom"], errors="coerce")
    reject(table, ~energy.abs().lt(float("inf")), "energy not finite")
    reject(table, table["id"].duplicated(), "repeated id: an earlier row has it")


def element_references(phases: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """The lowest phase of each element: columns element, id, energy_per_atom (eV/atom).

    `phases` may hold compounds and dropped rows; they do not count.
    """
    rows = []
    for table in phases:
        pure = table[(table["dropped"] == "") & ~table["chemical_system"].str.contains("-")]
        for symbol, group in pure.groupby("chemical_system"):
            best = group.loc[group["energy_per_atom"].idxmin()]
            rows.append({"element": symbol, **best[["id", "energy_per_atom"]]})
    return pd.DataFrame(rows, columns=["element", "id", "energy_per_atom"])


def add_formation_energies(
    table: pd.DataFrame, references: pd.DataFrame, max_energy: float | None
) -> None:
    """Add `formation_energy_per_atom` (eV/atom) and drop rows above `max_energy`.

    E_f = E − Σ xᵢ Eᵢ with the lowest phase of each element in `references`, of the same
    potential. `InputError` if an element of a row has no reference.
    """
    energies = references.set_index("element")["energy_per_atom"].to_dict()
    table["formation_energy_per_atom"] = float("nan")
    for index in table.index[table["dropped"] == ""]:
        fractions = Composition(table.loc[index, "formula"]).fractional_composition.as_dict()
        missing = sorted(set(fractions) - set(energies))
        if missing:
            raise InputError(
                f"{table.loc[index, 'id']}: no formation energy, since no phase of "
                f"{', '.join(missing)} passed the filters; relax data.filters"
            )
        reference = sum(share * energies[symbol] for symbol, share in fractions.items())
        table.loc[index, "formation_energy_per_atom"] = (
            table.loc[index, "energy_per_atom"] - reference
        )
    if max_energy is None:
        return
    excess = table["formation_energy_per_atom"]
    reasons = (
        "energy too high: " + excess.map("{:.2f}".format) + f" of at most {max_energy:g} eV/atom"
    )
    reject(table, excess > max_energy, reasons)


def merge_phases(
    candidates: pd.DataFrame,
    relaxed: Sequence[pd.DataFrame],
    elements: Sequence[pd.DataFrame],
    max_energy: float | None,
) -> pd.DataFrame:
    """The phases of a unit from its shards: faults, energies above the limit, duplicates dropped.

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
    variants: Sequence[pd.DataFrame],
    *,
    potential: str,
    max_energy: float | None,
) -> pd.DataFrame:
    """The table of records of the source, from the phases and the variants of all units.

    Energies are those of the potential; variants carry the id of the phase they come from as their
    `parent`.
    """
    known = pd.concat(phases, ignore_index=True).assign(kind="phase")
    known["parent"] = known["id"]
    table = pd.concat([known, pd.concat(variants).assign(kind="hypothetical")], ignore_index=True)
    reject_unusable(table)
    add_formation_energies(table, element_references(phases), max_energy)
    table = table.assign(source="prototypes", energy_scheme=potential)
    return table[[*COLUMNS, "energy_per_atom", "formation_energy_per_atom"]]
