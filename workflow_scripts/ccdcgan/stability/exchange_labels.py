"""Formation energies of crystals with exchanged elements, for the constraint to learn from."""

import logging
import sys
from os import PathLike
from typing import Any

import numpy as np
import pandas as pd
from tqdm import tqdm

from ccdcgan.core.journal import Journal
from ccdcgan.core.settings.analysis import Corrections
from ccdcgan.crystals.potential import Energy
from ccdcgan.crystals.table import Crystals
from ccdcgan.crystals.templates import ENERGY
from ccdcgan.stability.known_phases import read_table_of_known
from ccdcgan.stability.phase_energies import formation, static_energies

logger = logging.getLogger(__name__)
HIGHEST = 3.0  # eV/atom; formation energies above are of atoms that all but touch


def label_exchanges(
    drawn: Crystals,
    templates: Crystals,
    energy_of: Energy,
    journal: Journal,
    *,
    known: str | PathLike[str] | None,
    scheme: str,
    version: str,
    corrections: Corrections,
) -> Crystals:
    """Label crystals with their formation energies by the potential, as they stand.

    energy_of, scheme, version: of the potential, see `static_energies`. known: table of known
    phases, whose elements are the zeros; those of the templates where it is None. Adds
    `energy_per_atom` and `formation_energy_per_atom` (eV/atom), and leaves out what has no energy,
    or one above `HIGHEST`.
    """
    for name, structure in tqdm(drawn.items(), "energies", len(drawn), file=sys.stderr):
        if name not in journal.values:
            energy = energy_of(structure)
            journal[name] = None if np.isnan(energy) else energy
    energies = pd.Series([journal.values[name] for name in drawn], dtype=float)
    zeros = _zeros(templates, known, energy_of, scheme, version)
    values = formation(drawn, energies, zeros, corrections)
    fit = np.isfinite(values) & (values < HIGHEST)
    logger.info("%d of %d crystals have an energy below %g eV/atom", fit.sum(), len(fit), HIGHEST)
    table = drawn.assign(**{"energy_per_atom": energies.to_numpy(), ENERGY: values})
    return table.where(fit)


def _zeros(
    templates: Crystals,
    known: str | PathLike[str] | None,
    energy_of: Energy,
    scheme: str,
    version: str,
) -> dict[str, float]:
    """Give the lowest energy of each element (eV/atom) by the potential, as it stands."""
    phases = templates
    if known is not None:
        symbols = {symbol for species in templates["species"] for symbol in species}
        phases = read_table_of_known(known, systems=symbols)
    phases = phases.where(~phases["chemical_system"].str.contains("-").to_numpy(dtype=bool))
    energies = static_energies(phases, known, energy_of, scheme, version)
    lowest: dict[str, Any] = energies.groupby(phases["chemical_system"].to_numpy()).min().to_dict()
    return lowest
