"""The results of a system's calculations: a table, formation energies, and the hull on them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path

import pandas as pd
from pymatgen.core import Composition, Structure

from ccdcgan.core.tables import read_table
from ccdcgan.crystals.archives import read_crystals
from ccdcgan.crystals.matching import Catalogue
from ccdcgan.crystals.table import from_structure
from ccdcgan.dft.competing_phases import CALCULATIONS
from ccdcgan.stability.hull import Hulls, build_hulls

RESULTS = (
    "status",
    "formation_energy",
    "energy_per_atom",
    "max_force",
    "volume_per_atom",
    "matches",
    "attempts",
    "minutes",
    "engine",
    "functional",
)
"""Columns beside `CALCULATIONS`; energies in eV/atom, force in eV/Å, volume in Å³/atom."""
NUMBERS = ("energy_per_atom", "max_force", "volume_per_atom", "attempts", "minutes")


def read_energies(
    calculations: str | PathLike[str], rows: Sequence[str]
) -> tuple[pd.DataFrame, dict[str, Structure]]:
    """A row for each calculation, with formation energies, and the converged structures by id.

    rows: the JSON files of the runs; beside each lies its structure. The zeros of the formation
    energies are the known phases of the elements, computed alike. `matches` is the reference phase
    that a candidate relaxed into.
    """
    table = read_table(calculations, CALCULATIONS, text=("name", "id", "source", "formula"))
    results = pd.DataFrame([json.loads(Path(path).read_text()) for path in rows])
    results = results.reindex(columns=["name", *RESULTS])
    table = table.merge(results.astype(dict.fromkeys(NUMBERS, float)), on="name", how="left")
    converged = table["status"] == "converged"
    folder = Path(rows[0]).parent if rows else Path()
    crystals = {
        str(row["id"]): read_crystals(folder / f"{row['name']}.extxyz")[row["name"]]
        for row in table[converged].to_dict("records")
    }
    references = table[converged & (table["source"] == "known")]
    zeros = references.set_index("formula")["energy_per_atom"].to_dict()
    known = Catalogue()
    for name in references["id"]:
        known.add(name, crystals[name])
    for index, row in table[converged].iterrows():
        table.loc[index, "formation_energy"] = row["energy_per_atom"] - _reference(
            row["formula"], zeros
        )
        if row["source"] != "known":
            table.loc[index, "matches"] = known.closest_match(crystals[row["id"]]) or ""
    text = ["status", "matches", "engine", "functional"]
    return table.assign(**table[text].fillna("")), crystals


def scheme(table: pd.DataFrame) -> str:
    """What the energies are, such as `GPAW 26.7.0, PBE`; more than one cannot share a hull."""
    rows = table[table["status"] == "converged"]
    return " and ".join(sorted({f"{r['engine']}, {r['functional']}" for _, r in rows.iterrows()}))


def heading(table: pd.DataFrame) -> str:
    """What the legend of the hull says: the scheme, and how much is missing."""
    converged = int((table["status"] == "converged").sum())
    missing = f" ({converged} of {len(table)} calculations)" if converged < len(table) else ""
    return scheme(table) + missing


def dft_hulls(
    system: str, table: pd.DataFrame, crystals: Mapping[str, Structure], *, stable_below: float
) -> Hulls:
    """The known and the redefined hull on energies of one engine and functional.

    table, crystals: of `read_energies`. Only what converged is on the hulls; without the energy of
    an element, or with energies of several schemes, there is none and the reason is said.
    """
    rows = table[table["status"] == "converged"]
    phases = [
        {
            **from_structure(crystals[row["id"]]),
            "id": row["id"],
            "kind": "phase",
            "formation_energy_per_atom": row["formation_energy"],
        }
        for row in rows[rows["source"] == "known"].to_dict("records")
    ]
    columns = ["id", "kind", "formula", "formation_energy_per_atom"]
    generated = {
        str(variant): group.assign(
            status="relaxed",
            formation_energy_after=group["formation_energy"],
            matches_after=group["matches"],
        )
        for variant, group in rows[rows["source"] != "known"].groupby("source")
    }
    hulls = build_hulls(
        system,
        pd.DataFrame(phases) if phases else pd.DataFrame(columns=columns),
        {},
        generated,
        crystals,
        stable_below=stable_below,
        energies=heading(table),
    )
    reason = _reason(system, table)
    if not reason:
        return hulls
    empty = hulls.table.assign(
        e_above_known_hull=float("nan"),
        e_above_redefined_hull=float("nan"),
        stable=False,
        on_redefined_hull=False,
        decomposition_known=reason,
        decomposition_redefined=reason,
    )
    return replace(hulls, table=empty, known=None, redefined=None, reason=reason)


def _reason(system: str, table: pd.DataFrame) -> str:
    """Why there can be no hull, or ""."""
    known = table[table["source"] == "known"].set_index("formula")["status"].to_dict()
    faults = [
        f"{symbol} ({known.get(symbol, 'no known phase among the data')})"
        for symbol in system.split("-")
        if known.get(symbol) != "converged"
    ]
    if faults:
        return f"no hull: no energy of {' and '.join(faults)}"
    if " and " in scheme(table):
        return f"no hull: the energies are of {scheme(table)}, which do not mix"
    return ""


def _reference(formula: str, zeros: Mapping[str, float]) -> float:
    """Σ xᵢ Eᵢ of the elements in eV/atom; NaN if one of them has no energy."""
    fractions = Composition(formula).fractional_composition.as_dict()
    return sum(share * zeros.get(symbol, float("nan")) for symbol, share in fractions.items())
