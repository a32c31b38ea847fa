"""Energies of the same crystals by DFT and by the potential of the run, side by side."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ccdcgan.crystals.table import Crystals
from ccdcgan.dft.energies import CONVERGED
from ccdcgan.stability.hull import COMPETING

PAIRS = {
    "formation_energy": "potential_formation_energy",
    "e_above_hull": "potential_e_above_hull",
}
"""Columns of energies by DFT (eV/atom), each with that of the same energy by the potential."""
COLUMNS = (
    *("system", "name", "id", "source", "formula", "num_sites", "space_group", "status"),
    *("formation_energy", "potential_formation_energy"),
    *("e_above_hull", "potential_e_above_hull", "released", "matches", "minutes", "engine"),
)
DECIMALS = 6


def parity_rows(
    energies: Mapping[str, Crystals],
    hulls: Mapping[str, pd.DataFrame],
    potential_hulls: Mapping[str, pd.DataFrame],
) -> pd.DataFrame:
    """Put the energies of all systems' calculations beside those by the potential.

    energies: by system, of `read_energies`. hulls, potential_hulls: by system, the rows of
    `hull.csv` on the energies of either; above the known hull of each. The hull by DFT holds the
    phases that were computed. A row a calculation with the columns `COLUMNS`; what did not converge
    has its reason in `status` and no energy by DFT. Energies in eV/atom.
    """
    parts = []
    for system, found in energies.items():
        table = found.table.assign(system=system)
        above = hulls[system].set_index("id")
        table["space_group"] = table["id"].map(above["space_group"])
        table["e_above_hull"] = table["id"].map(above["e_above_known_hull"])
        by_potential = potential_hulls[system].set_index("id")["e_above_known_hull"]
        table["potential_e_above_hull"] = table["id"].map(by_potential)
        parts.append(table)
    rows = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    rows = rows.reindex(columns=list(COLUMNS)).astype({"space_group": "Int64"})
    numbers = [*PAIRS, *PAIRS.values(), "released"]
    return rows.assign(**rows[numbers].astype(float).round(DECIMALS))


def parity_summary(rows: pd.DataFrame) -> dict[str, Any]:
    """Sum up how far the potential is from DFT, for generated crystals and known phases apart.

    Keys of each: calculations, converged, and for both energies of `PAIRS` n (of which both are
    known), mae, mae_error (its standard error), bias (the potential's minus DFT's); of the
    generated also released (mean), released_error (its standard error), released_median and small
    (how many release less than 0.2, which the paper counts). eV/atom. An element is its own zero
    and counts in no formation energy; a phase on the hull in no energy above it.
    """
    known = rows["source"].isin(COMPETING)
    compound = rows["formula"].str.contains(r"[A-Z][a-z]?\d*[A-Z]", regex=True, na=False)
    summary: dict[str, Any] = {}
    for kind, part in (("generated", rows[~known]), ("known", rows[known & compound])):
        summary[kind] = {
            "calculations": len(part),
            "converged": int((part["status"] == CONVERGED).sum()),
        }
        for energy, other in PAIRS.items():
            if kind == "known" and energy == "e_above_hull":
                continue
            both = part[[energy, other]].dropna()
            summary[kind][energy] = _errors((both[other] - both[energy]).to_numpy(dtype=float))
    # What did not converge has released only a part of it.
    at_rest = ~known & (rows["status"] == CONVERGED)
    released = rows.loc[at_rest, "released"].dropna().to_numpy(dtype=float)
    summary["generated"] |= {
        "released": _mean(released),
        "released_error": _standard_error(released),
        "released_median": float(np.median(released)) if len(released) else None,
        "small": int((released < 0.2).sum()),
    }
    return summary


def _errors(differences: np.ndarray) -> dict[str, Any]:
    sizes = np.abs(differences)
    return {
        "n": len(differences),
        "mae": _mean(sizes),
        "mae_error": _standard_error(sizes),
        "bias": _mean(differences),
    }


def _mean(values: np.ndarray) -> float | None:
    return float(values.mean()) if len(values) else None


def _standard_error(values: np.ndarray) -> float | None:
    return float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else None
