"""Energies of known phases as they stand, by which those near the hull are chosen."""

from collections.abc import Mapping
from os import PathLike

import numpy as np
import pandas as pd

from ccdcgan.core.settings.analysis import Corrections
from ccdcgan.crystals.corrections import correction
from ccdcgan.crystals.potential import Energy
from ccdcgan.crystals.table import Crystals, source_notes
from ccdcgan.stability.hull_energies import energies_above_hull
from ccdcgan.stability.known_phases import TABLE, is_known


def static_energies(
    crystals: Crystals, path: str | PathLike[str] | None, energy: Energy, scheme: str, version: str
) -> pd.Series:
    """Give the energy of each crystal as it stands, in eV/atom, by the potential.

    path: of the table of known phases, whose energies are taken where they are by the same version
    of the same potential; all others are computed.
    """
    same = path is not None and _energies_are(path, scheme, version)
    held = (
        crystals["energy_per_atom"].to_numpy(dtype=float)
        if (same and "energy_per_atom" in crystals.table)
        else np.full(len(crystals), np.nan)
    )
    own = crystals["source"].eq(TABLE).to_numpy() if "source" in crystals.table else []
    values = [
        held[row] if same and own[row] and np.isfinite(held[row]) else energy(structure)
        for row, (_, structure) in enumerate(crystals.items())
    ]
    return pd.Series(values, dtype=float)


def formation(
    crystals: Crystals,
    energies: pd.Series,
    zeros: Mapping[str, float],
    corrections: Corrections,
) -> np.ndarray:
    """Give the formation energies (eV/atom) of crystals from their energies, corrected.

    zeros: energies of the elements in eV/atom, of the same kind; NaN where one lacks.
    """
    values = [
        energy
        + correction(structure, corrections)
        - sum(
            share * zeros.get(symbol, np.nan)
            for symbol, share in structure.composition.fractional_composition.as_dict().items()
        )
        for energy, (_, structure) in zip(energies, crystals.items(), strict=True)
    ]
    return np.array(values, dtype=float)


def near_hull(candidates: Crystals, values: np.ndarray) -> np.ndarray:
    """Give the energy above the hull in eV/atom, from formation energies; NaN without one.

    Only known phases span the hulls, one a chemical system.
    """
    spanning = is_known(candidates).to_numpy() & np.isfinite(values)
    if not spanning.any():
        spanning = np.isfinite(values)
    return energies_above_hull(candidates["formula"].tolist(), values, spanning)


def _energies_are(path: str | PathLike[str], scheme: str, version: str) -> bool:
    """Say whether the energies of a table of known phases are by a version of a potential."""
    notes = source_notes(path)
    return (notes.get("potential"), notes.get("version")) == (scheme, version)
