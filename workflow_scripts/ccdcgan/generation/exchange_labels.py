"""Crystals with exchanged elements and their energies, for the constraint to learn from.

Structures of databases rest in their minima; what is proposed does not. A constraint that has seen
the former alone ranks proposals less well (docs/NETWORKS.md). So some are drawn, as they are for
graphs, and the potential says what they are worth as they stand.
"""

import logging
import sys
from collections.abc import Iterable, Mapping
from os import PathLike
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pymatgen.core import Composition, Element, Lattice, Structure
from tqdm import tqdm

from ccdcgan.core.journal import Journal
from ccdcgan.core.settings.analysis import Corrections
from ccdcgan.core.settings.constraint import ExchangeLabelSettings
from ccdcgan.crystals.arrays import MAX_ATOMS, axes_of_cells
from ccdcgan.crystals.potential import Energy
from ccdcgan.crystals.table import Crystals
from ccdcgan.crystals.templates import ENERGY, Exchange, Templates
from ccdcgan.generation.refine import refine
from ccdcgan.networks.refiner import Refiner
from ccdcgan.stability.known_phases import known_formulas, read_table_of_known
from ccdcgan.stability.phase_energies import formation, static_energies

logger = logging.getLogger(__name__)
TRIES = 1000  # draws for one crystal, all of them of formulas that are kept from training
REFINED = 2  # times that every other crystal is refined, as `generate.refine` has it
HIGHEST = 3.0  # eV/atom; formation energies above are of atoms that all but touch


def label_exchanges(
    templates: Crystals,
    refiner: Refiner,
    energy_of: Energy,
    settings: ExchangeLabelSettings,
    journal: Journal,
    *,
    kept_out: Iterable[str],
    known: str | PathLike[str] | None,
    scheme: str,
    version: str,
    corrections: Corrections,
    shard: int,
    seed: int,
) -> Crystals:
    """Draw one shard of crystals with exchanged elements, and label them with formation energies.

    templates: see `Templates`. Number n depends on the seed and n alone; those of even numbers are
    refined. energy_of, scheme, version: of the potential, see `static_energies`. kept_out: reduced
    formulas of which none is drawn. known: table of known phases, whose elements are the zeros; the
    templates' where it is None. A row a crystal, in the training part, with `energy_per_atom` and
    `formation_energy_per_atom` (eV/atom); without those that have no energy, or one above
    `HIGHEST`.
    """
    held, left_out = Templates(templates), set(kept_out)
    numbers = range(shard, settings.number, settings.shards)
    drawn = [_drawn(held, n, settings, left_out, seed) for n in numbers]
    crystals = _refined(held.crystals(drawn), refiner, np.array(numbers) % 2 == 0)
    structures = {
        f"exchange-{n:06d}": _structure(crystals, place) for place, n in enumerate(numbers)
    }
    for name, structure in tqdm(structures.items(), "energies", mininterval=10, file=sys.stderr):
        if name not in journal.values:
            energy = energy_of(structure)
            journal[name] = None if np.isnan(energy) else energy
    energies = pd.Series([journal.values[name] for name in structures], dtype=float)
    table = Crystals.of_structures(structures).assign(
        split="train", kind="exchange", energy_per_atom=energies.to_numpy()
    )
    zeros = _zeros(templates, known, energy_of, scheme, version)
    values = formation(table, energies, zeros, corrections)
    fit = np.isfinite(values) & (values < HIGHEST)
    logger.info("%d of %d crystals have a formation energy below %g eV/atom",
                fit.sum(), len(fit), HIGHEST)  # fmt: skip
    return table.assign(**{ENERGY: values}).where(fit)


def formulas_kept_out(structures: Crystals, known: str | PathLike[str] | None) -> set[str]:
    """List the formulas that none may be trained on: of other parts, and of known phases alone."""
    trained = set(structures.part("train")["formula"])
    return (set(structures["formula"]) | known_formulas(known)) - trained


def _drawn(
    templates: Templates,
    number: int,
    settings: ExchangeLabelSettings,
    left_out: set[str],
    seed: int,
) -> Exchange:
    random = np.random.default_rng([seed, number])
    for _ in range(TRIES):
        temperature = float(random.choice(settings.temperatures))
        one = templates.draw(random, MAX_ATOMS, temperature)
        if _formula(templates.counts([one])[0]) not in left_out:
            break
    return one


def _formula(counts: NDArray[np.integer]) -> str:
    atoms = {Element.from_Z(int(number)): int(counts[number]) for number in np.flatnonzero(counts)}
    return str(Composition(atoms).reduced_formula)


def _refined(
    crystals: Mapping[str, NDArray], refiner: Refiner, chosen: NDArray[np.bool_]
) -> dict[str, NDArray]:
    """Refine some of the crystals and leave the others as they are."""
    part = {name: values[chosen] for name, values in crystals.items()}
    for _ in range(REFINED):
        part = refine(refiner, part)
    whole = {name: np.array(values) for name, values in crystals.items()}
    for name, values in part.items():
        whole[name][chosen] = values
    return whole


def _structure(crystals: Mapping[str, NDArray], place: int) -> Structure:
    species = crystals["species"][place]
    atoms = np.count_nonzero(species)
    lattice = Lattice(axes_of_cells(crystals["cell"][place][None])[0])
    return Structure(lattice, species[:atoms].tolist(), crystals["coords"][place, :atoms])


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
