"""Energies above the hulls of very many phases at once, each in its own chemical system."""

import sys
from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pymatgen.analysis.phase_diagram import PDEntry, PhaseDiagram
from pymatgen.core import Composition, Element
from tqdm import tqdm

TOLERANCE = 1e-9
"""eV/atom; two phases of one formula whose energies differ by less are both taken."""


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
    symbols = {e.symbol for composition in compositions.values() for e in composition}
    by_system = _lowest(names[used], values[used], symbols)
    # As an array: a list of one would be a list of keys, and its groups have tuples for names.
    systems = np.array([compositions[formula].chemical_system for formula in names], dtype=object)
    groups = pd.Series(range(len(names))).groupby(systems)
    above = np.full(len(names), np.nan)
    for system, members in tqdm(groups, "hulls", mininterval=10, file=sys.stderr):
        hull = _hull(str(system), by_system)
        height = {
            formula: hull.get_hull_energy_per_atom(compositions[formula])
            for formula in set(names[members])
        }
        for row in members:
            above[row] = values[row] - height[names[row]]
    return above


def decomposing(
    formulas: Sequence[str],
    energies: Sequence[float] | NDArray[np.floating],
    wanted: Sequence[str],
    rounds: int = 2,
) -> NDArray[np.bool_]:
    """Say which phases crystals of some formulas decompose into.

    formulas, energies: of the phases, as in `energies_above_hull`. wanted: formulas of the
    crystals. rounds: how often; each goes on without the phases that the rounds before found, so
    that those that come next are there, too, should small changes of energy put them first.
    """
    names, values = np.asarray(formulas, dtype=object), np.asarray(energies, dtype=float)
    found = np.zeros(len(names), dtype=bool)
    compositions = {formula: Composition(formula) for formula in set(wanted)}
    symbols = {e.symbol for composition in compositions.values() for e in composition}
    for _ in range(rounds):
        left = np.isfinite(values) & ~found
        by_system = _lowest(names[left], values[left], symbols)
        hulls: dict[str, PhaseDiagram] = {}
        parts: set[tuple[str, float]] = set()
        for composition in compositions.values():
            system = composition.chemical_system
            if system not in hulls:
                hulls[system] = _hull(system, by_system)
            for entry in hulls[system].get_decomposition(composition):
                parts.add((entry.composition.reduced_formula, entry.energy_per_atom))
        by_name: dict[str, list[float]] = {}
        for name, energy in parts:
            by_name.setdefault(name, []).append(energy)
        for row in np.flatnonzero(left):
            near = by_name.get(names[row], ())
            found[row] = any(abs(values[row] - energy) < TOLERANCE for energy in near)
    return found


def _lowest(
    names: NDArray[np.object_], values: NDArray[np.float64], symbols: set[str]
) -> dict[str, list[PDEntry]]:
    """Make an entry of the lowest phase of each formula, by chemical system; elements at 0."""
    by_system: dict[str, list[PDEntry]] = {}
    for formula, energy in pd.Series(values).groupby(names).min().items():
        composition = Composition(str(formula))
        entry = PDEntry(composition, energy * composition.num_atoms, name=str(formula))
        by_system.setdefault(composition.chemical_system, []).append(entry)
    for symbol in symbols - set(by_system):
        by_system[symbol] = [PDEntry(Composition(symbol), 0.0)]
    return by_system


def _hull(system: str, by_system: Mapping[str, Sequence[PDEntry]]) -> PhaseDiagram:
    parts = system.split("-")
    entries = [
        entry
        for size in range(1, len(parts) + 1)
        for part in combinations(parts, size)
        for entry in by_system.get("-".join(part), [])
    ]
    return PhaseDiagram(entries, [Element(symbol) for symbol in parts])
