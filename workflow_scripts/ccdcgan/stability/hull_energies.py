"""Energies above the hulls of very many phases at once, each in its own chemical system."""

import sys
from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pymatgen.analysis.phase_diagram import PDEntry, PhaseDiagram
from pymatgen.core import Composition, Element
from tqdm import tqdm


def energies_above_hull(
    formulas: Sequence[str],
    energies: Sequence[float] | NDArray[np.floating],
    spanning: NDArray[np.bool_] | None = None,
) -> NDArray[np.float64]:
    """Compute the energy above the hull of its chemical system (eV/atom) of each phase.

    formulas: reduced; energies: of formation, eV/atom, all of one kind, NaN for none. spanning:
    which phases the hulls consist of; all by default. Phases outside of it may come out below. An
    element that no row consists of stands at 0. The hulls are pymatgen's, one a chemical system.
    """
    values = np.asarray(energies, dtype=float)
    used = np.isfinite(values) & (True if spanning is None else spanning)
    compositions = {formula: Composition(formula) for formula in set(formulas)}
    names = np.asarray(formulas, dtype=object)
    lowest = pd.Series(values[used]).groupby(list(names[used])).min()
    by_system: dict[str, list[PDEntry]] = {}
    for formula, energy in lowest.items():
        composition = compositions[str(formula)]
        entry = PDEntry(composition, energy * composition.num_atoms)
        by_system.setdefault(composition.chemical_system, []).append(entry)
    symbols = {e.symbol for composition in compositions.values() for e in composition}
    for symbol in symbols - set(by_system):
        by_system[symbol] = [PDEntry(Composition(symbol), 0.0)]
    groups = pd.Series(range(len(names))).groupby(
        [compositions[formula].chemical_system for formula in names]
    )
    above = np.full(len(names), np.nan)
    for system, members in tqdm(groups, "hulls", mininterval=10, file=sys.stderr):
        parts = str(system).split("-")
        entries = [
            entry
            for size in range(1, len(parts) + 1)
            for part in combinations(parts, size)
            for entry in by_system.get("-".join(part), [])
        ]
        hull = PhaseDiagram(entries, [Element(symbol) for symbol in parts])
        height = {
            formula: hull.get_hull_energy_per_atom(compositions[formula])
            for formula in set(names[members])
        }
        for row in members:
            above[row] = values[row] - height[names[row]]
    return above
