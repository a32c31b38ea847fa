"""Energies above the known hulls of crystals as they stand, of any chemical systems."""

import sys
from os import PathLike

import numpy as np
import pandas as pd
from tqdm import tqdm

from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.analysis import Corrections
from ccdcgan.crystals.potential import Energy
from ccdcgan.crystals.table import Crystals
from ccdcgan.stability.hull_energies import decomposing, energies_above_hull
from ccdcgan.stability.known_phases import read_table_of_known
from ccdcgan.stability.phase_energies import formation, static_energies

CHOICE = "formation_energy_per_atom"
"""The column of the table by which phases are chosen: their DFT energies."""
STATIC, FAILED = "static", "failed: no energy by the potential"


def above_static_hulls(
    crystals: Crystals,
    table: str | PathLike[str],
    energy_of: Energy,
    *,
    scheme: str,
    version: str,
    corrections: Corrections,
) -> pd.DataFrame:
    """Measure crystals as they stand against the hulls of known phases as they stand.

    All energies are by one potential: crystals, phases and elements. table: of known phases; of
    these the elements and, by their DFT energies, all that the crystals decompose into are taken
    (`hull_energies.decomposing`). scheme, version: of the potential, whose energies may stand in
    the table. Columns: id, e_above_hull (eV/atom), rmsd (NaN: nothing is relaxed) and status.
    Raises `InputError` for a table without DFT energies.
    """
    systems = crystals.with_structure()["chemical_system"].unique()
    known = read_table_of_known(table, systems=systems)
    if CHOICE not in known.table:
        raise InputError(f"{table}: no column {CHOICE}, by which phases are chosen")
    element = ~known["chemical_system"].str.contains("-").to_numpy(dtype=bool)
    needed = decomposing(known["formula"], known[CHOICE], crystals["formula"].dropna().unique())
    known = known.where(element | needed)
    energies = static_energies(known, table, energy_of, scheme, version)
    pure = ~known["chemical_system"].str.contains("-").to_numpy(dtype=bool)
    zeros = energies[pure].groupby(known["chemical_system"][pure]).min().to_dict()
    progress = tqdm(crystals.items(), "energies", len(crystals), mininterval=10, file=sys.stderr)
    own = pd.Series({name: energy_of(crystal) for name, crystal in progress}, dtype=float)
    held = crystals.take(own.index)
    values = np.concatenate(
        [
            formation(known, energies, zeros, corrections),
            formation(held, own.reset_index(drop=True), zeros, corrections),
        ]
    )
    spanning = np.arange(len(values)) < len(known)
    formulas = [*known["formula"], *held["formula"]]
    above = energies_above_hull(formulas, values, spanning)[len(known) :]
    status = np.where(np.isfinite(above), STATIC, FAILED)
    return pd.DataFrame({"id": list(held), "e_above_hull": above, "rmsd": np.nan, "status": status})
