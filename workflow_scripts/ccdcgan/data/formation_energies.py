"""Energies of formation from energies and the lowest phases of the elements."""

from collections.abc import Iterable

import pandas as pd
from pymatgen.core import Composition

from ccdcgan.core.errors import InputError
from ccdcgan.data.sources.records import reject


def reject_unusable(table: pd.DataFrame) -> None:
    """Drop rows whose energy is not a finite number, and ids that stood in an earlier row."""
    energy = pd.to_numeric(table["energy_per_atom"], errors="coerce")
    reject(table, ~energy.abs().lt(float("inf")), "energy not finite")
    reject(table, table["id"].duplicated(), "repeated id: an earlier row has it")


def element_references(phases: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Find the lowest phase of each element: columns element, id, energy_per_atom (eV/atom).

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
