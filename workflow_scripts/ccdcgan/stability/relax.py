"""Relaxation of the novel crystals by a machine-learned potential."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from ase.calculators.calculator import Calculator
from pymatgen.core import Structure
from tqdm import tqdm

from ccdcgan.core.errors import InputError
from ccdcgan.core.journal import Journal
from ccdcgan.core.tables import read_table
from ccdcgan.crystals.matching import Catalogue, displacement, matched_rmsd, space_group
from ccdcgan.crystals.potential import relax, static_energy
from ccdcgan.crystals.table import to_structure
from ccdcgan.stability.outcomes import RELAXED

REACH = 1.0
"""eV/atom; a crystal further below every known phase has fallen into a hole of the potential."""
MIN_VOLUME = 2.0
"""Å³/atom; denser crystals have so many neighbours that a potential can exhaust the memory."""


def choose(names: Sequence[str], limit: int, *, seed: int) -> list[str]:
    """At most `limit` of the crystals, drawn with equal chance each, in their first order.

    A fair sample and not a ranking: the means of table 1 then speak for all novel crystals.
    """
    if len(names) <= limit:
        return list(names)
    drawn = np.random.default_rng(seed).choice(len(names), limit, replace=False)
    return [names[index] for index in sorted(drawn)]


def element_energies(path: str | Path, potential: str) -> dict[str, float]:
    """Energies in eV/atom of the elements from `elements.csv`.

    Raises `InputError` if they come from another potential: the zero of each is its own.
    """
    table = read_table(path, ("element", "energy_per_atom", "potential"), text=("element",))
    others = set(table["potential"]) - {potential}
    if others:
        raise InputError(
            f"{path}: energies of {min(others)!r}, but config potential.name is {potential!r}; "
            "potentials cannot be mixed: make the file again"
        )
    return dict(zip(table["element"], table["energy_per_atom"], strict=True))


def relax_crystals(
    crystals: Mapping[str, Structure],
    calculator: Calculator,
    elements: Mapping[str, float],
    phases: pd.DataFrame,
    journal: Journal,
    *,
    fmax: float,
    max_steps: int,
) -> tuple[pd.DataFrame, dict[str, Structure]]:
    """Relax crystals by id; a row for each and the relaxed ones.

    elements: energy of each element in eV/atom, by the same potential.
    phases: rows of the data to recognise a known phase in a relaxed crystal.
    journal: keeps each crystal's row as it is finished; those that stand there are not done again.
    fmax, max_steps: eV/Å and steps at which a relaxation ends.

    Formation energies are in eV/atom: before, of the crystal as it was decoded; after, relaxed;
    delta, what the relaxation released (before − after). rmsd and displacement are those of
    `matching.matched_rmsd` and `matching.displacement` in Å; volume_ratio is after/before. A
    crystal that fails is a row with the reason in `status`.
    """
    formulas = {crystal.composition.reduced_formula for crystal in crystals.values()}
    known = Catalogue()
    for _, phase in phases[phases["formula"].isin(formulas)].iterrows():
        known.add(phase["id"], to_structure(phase))
    energies = phases.get("formation_energy_per_atom", pd.Series(dtype=float))
    lowest = float(np.nanmin([0.0, energies.min()])) - REACH
    for name, crystal in tqdm(crystals.items(), "relax", mininterval=10, file=sys.stderr):
        if name in journal.values:
            continue
        row, result = _relax_one(
            crystal, calculator, elements, lowest, fmax=fmax, max_steps=max_steps
        )
        row["id"] = name
        if result is not None:
            row["matches_after"] = known.closest_match(result) or ""
        journal[name] = [row, result]
    done = {name: journal.values[name] for name in crystals}
    rows = pd.DataFrame([row for row, _ in done.values()], columns=list(RELAXED))
    return rows, {name: result for name, (_, result) in done.items() if result is not None}


def _relax_one(
    crystal: Structure,
    calculator: Calculator,
    elements: Mapping[str, float],
    lowest: float,
    *,
    fmax: float,
    max_steps: int,
) -> tuple[dict[str, object], Structure | None]:
    composition = crystal.composition
    row: dict[str, object] = {
        "formula": composition.reduced_formula,
        "chemical_system": composition.chemical_system,
        "space_group_before": space_group(crystal),
        "matches_after": "",
    }
    if crystal.volume < MIN_VOLUME * len(crystal):
        density = crystal.volume / len(crystal)
        return row | {"status": f"failed: {density:.2g} Å³/atom to begin with"}, None
    missing = {element.symbol for element in composition} - set(elements)
    if missing:
        lacking = ", ".join(sorted(missing))
        return row | {"status": f"failed: no zero of energy, {lacking} alone has none"}, None
    reference = sum(
        composition.get_atomic_fraction(element) * elements[element.symbol]
        for element in composition
    )
    before = static_energy(crystal, calculator) - reference
    row["formation_energy_before"] = before
    outcome = relax(crystal, calculator, fmax=fmax, max_steps=max_steps)
    row["steps"] = outcome.steps
    if outcome.failure is not None:
        return row | {"status": f"failed: {outcome.failure}"}, None
    after = outcome.energy_per_atom - reference
    if not after >= lowest:
        reason = f"{after:.3g} eV/atom, {REACH:g} below every known phase: a hole of the potential"
        return row | {"status": f"failed: {reason}"}, None
    relaxed = outcome.structure
    row |= {
        "status": "relaxed" if outcome.converged else "not converged",
        "formation_energy_after": after,
        "delta_formation_energy": before - after,
        "rmsd": matched_rmsd(crystal, relaxed),
        "displacement": displacement(crystal, relaxed),
        "volume_ratio": relaxed.volume / crystal.volume,
        "space_group_after": space_group(relaxed),
    }
    return row, relaxed
