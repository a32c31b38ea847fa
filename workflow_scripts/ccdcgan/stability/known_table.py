"""The known phases that ship with the workflow: chosen by the hull of their DFT energies."""

import logging
from collections.abc import Sequence

import pandas as pd

from ccdcgan.crystals.compact import pack
from ccdcgan.crystals.table import Crystals
from ccdcgan.stability.hull_energies import energies_above_hull

logger = logging.getLogger(__name__)
ENERGY = "formation_energy_per_atom"


def select_known_phases(
    sources: Sequence[pd.DataFrame], *, max_above_hull: float, properties: Sequence[str]
) -> pd.DataFrame:
    """Choose, of the records of all sources, the phases near the hull of their DFT energies.

    max_above_hull: eV/atom. The rows are those of `compact.pack` with id, energy_above_hull
    (eV/atom, of these energies) and the `properties`. Rows without a structure or without a
    formation energy, and ids that an earlier row has, are left out, with a count in the log. An
    element counts at least zero.
    """
    table = pd.concat(sources, ignore_index=True)
    fit = (table["dropped"] == "") & table[ENERGY].notna() & table["species"].notna()
    fit &= ~table["id"].duplicated()
    logger.info("%d of %d rows have a structure and an energy", int(fit.sum()), len(table))
    table = table[fit].reset_index(drop=True)
    # No form of an element lies below its own zero: such an energy is of another scheme.
    element = ~table["chemical_system"].str.contains("-")
    energies = table[ENERGY].mask(element, table[ENERGY].clip(lower=0.0))
    above = energies_above_hull(table["formula"].tolist(), energies.tolist())
    near = table[above <= max_above_hull].assign(
        energy_above_hull=above[above <= max_above_hull].astype("f4")
    )
    logger.info("%d of them within %g eV/atom of the hull", len(near), max_above_hull)
    crystals = Crystals(near.drop(columns=["dropped"]))
    rows = [{"id": name, **pack(structure)} for name, structure in crystals.items()]
    kept = dict.fromkeys(["energy_above_hull", *properties])
    packed = pd.DataFrame(rows)
    for name in kept:
        packed[name] = near[name].to_numpy(dtype="f4")
    return packed
