"""Relaxation of the novel crystals by a machine-learned potential."""

import sys
from collections.abc import Mapping
from os import PathLike
from typing import Any

import numpy as np
import pandas as pd
from pymatgen.core import Structure
from tqdm import tqdm

from ccdcgan.core.artifacts import digest
from ccdcgan.core.errors import InputError
from ccdcgan.core.journal import Journal
from ccdcgan.core.settings.analysis import Corrections
from ccdcgan.core.tables import read_table
from ccdcgan.crystals.corrections import correction
from ccdcgan.crystals.matching import Catalogue, displacement, matched_rmsd
from ccdcgan.crystals.potential import Energy, Relaxes
from ccdcgan.crystals.table import ATOMS, Crystals, atoms_of, space_group
from ccdcgan.stability.hull_energies import energies_above_hull
from ccdcgan.stability.known_phases import is_known
from ccdcgan.stability.outcomes import RELAXED

REACH = 1.0
"""eV/atom; a crystal further below every known phase has fallen into a hole of the potential."""
MIN_VOLUME = 2.0
"""Å³/atom; denser crystals have so many neighbours that a potential can exhaust the memory."""
COUNTS = ("steps", "space_group_before", "space_group_after")
MEASURED = (
    "correction",
    *("formation_energy_before", "formation_energy_after", "delta_formation_energy"),
    *("rmsd", "displacement", "volume_ratio"),
)
RANKED = ("id", "formula", "formation_energy", "e_above_known_hull")
KINDS = dict.fromkeys(COUNTS, "Int64") | dict.fromkeys(MEASURED, "float")
"""Types of the columns of numbers; those of a crystal that failed are missing."""


def choose(
    novel: Crystals,
    ranked: pd.DataFrame | None = None,
    *,
    shard: int = 0,
    shards: int = 1,
    max_structures: int | None,
    seed: int | None,
) -> Crystals:
    """Select one shard of at most so many crystals with a structure, in their order; None: of all.

    ranked: rows of `rank_crystals`, of which the lowest above the known hull are taken; None: a
    fair sample, drawn with equal chance, so that the means of table 1 speak for all novel crystals.
    The lot is of the graph's number, so that variants share those of whose graphs both are novel.
    """
    names = list(novel.with_structure()) if max_structures is None else list(novel)
    if max_structures is None:
        return novel.take(names[shard::shards])
    if ranked is not None:
        best = set(ranked["id"].head(max_structures))
        names = [name for name in names if name in best]
    elif len(names) > max_structures:
        drawn = set(sorted(names, key=lambda name: _lot(name, seed))[:max_structures])
        names = [name for name in names if name in drawn]
    return novel.take(names[shard::shards])


def _lot(name: str, seed: int | None) -> str:
    """Draw the lot of a crystal by the number of its graph, which ends its id."""
    number = name.rpartition("-")[2]
    return digest([seed, number if number.isdigit() else name])


def element_energies(path: str | PathLike[str], potential: str) -> dict[str, float]:
    """Read the energies in eV/atom of the elements from `elements.csv`.

    Raises `InputError` if they come from another potential: the zero of each is its own.
    """
    names = ("element", "energy_per_atom", "potential")
    table = read_table(path, names, text=("element", "potential"), numbers=("energy_per_atom",))
    others = set(table["potential"]) - {potential}
    if others:
        raise InputError(
            f"{path}: energies of {min(others)!r}, but config potential.name is {potential!r}; "
            "potentials cannot be mixed: make the file again"
        )
    return dict(zip(table["element"], table["energy_per_atom"], strict=True))


def relax_crystals(
    crystals: Crystals,
    calculators: Relaxes,
    elements: Mapping[str, float],
    phases: Crystals,
    journal: Journal,
    *,
    fmax: float,
    max_steps: int,
    keep_symmetry: bool = False,
    corrections: Corrections = "none",
) -> Crystals:
    """Relax crystals; a row for each, with the relaxed structure where there is one.

    calculators: of the potential, or a worker that holds them; elements: energy of each element in
    eV/atom, by the same one.
    phases: of the data and of the table of known ones, to recognise one in a relaxed crystal.
    journal: keeps each crystal's row as it is finished; those that stand there are not done again.
    fmax, max_steps: eV/Å and steps at which a relaxation ends. keep_symmetry: of the crystals, for
    those that DFT has relaxed so; decoded ones have no exact one.
    corrections: of the energies; that of the relaxed crystal (`correction`, eV/atom) is a part of
    its formation energies before and after.

    Formation energies are in eV/atom: before, of the crystal as it was decoded; after, relaxed;
    delta, what the relaxation released (before − after). rmsd and displacement are those of
    `matching.matched_rmsd` and `matching.displacement` in Å; volume_ratio is after/before. A
    crystal that fails is a row with the reason in `status`. The columns are `RELAXED`, but for
    `duplicate_after`, which takes all shards.
    """
    known = Catalogue.of(phases.where(phases["formula"].isin(crystals["formula"])))
    progress = tqdm(crystals.items(), "relax", len(crystals), mininterval=10, file=sys.stderr)
    for name, crystal in progress:
        if name in journal.values:
            continue
        row, relaxed = _relax_one(
            crystal,
            calculators,
            elements,
            _floor(crystal, phases),
            fmax=fmax,
            max_steps=max_steps,
            keep_symmetry=keep_symmetry,
        )
        if relaxed:
            row |= _corrected(row, correction(relaxed, corrections))
        match = known.closest_match(relaxed) if relaxed else None
        journal[name] = row | {"id": name, "matches_after": match or "", **atoms_of(relaxed)}
    rows = [journal.values[name] for name in crystals]
    columns = [name for name in RELAXED if name != "duplicate_after"]
    table = pd.DataFrame(rows, columns=[*columns, *ATOMS])
    return Crystals(table.astype(KINDS))


def rank_crystals(
    novel: Crystals,
    energy_of: Energy,
    elements: Mapping[str, float],
    phases: Crystals,
    *,
    corrections: Corrections,
) -> pd.DataFrame:
    """Rank crystals by their energy above the known hull as they were decoded.

    energy_of: gives static energies by the potential. phases: relaxed known ones by the same one,
    with formation energies. Columns: id, formula,
    formation_energy and e_above_known_hull (eV/atom), the lowest first; those without an energy or
    without a hull stand at the end.
    """
    rows = []
    for name, crystal in tqdm(novel.items(), "rank", len(novel), mininterval=10, file=sys.stderr):
        composition = crystal.composition
        reference = sum(
            composition.get_atomic_fraction(element) * elements.get(element.symbol, np.nan)
            for element in composition
        )
        dense = crystal.volume < MIN_VOLUME * len(crystal)
        energy = np.nan if dense else energy_of(crystal) - reference
        energy += correction(crystal, corrections)
        rows.append((name, composition.reduced_formula, energy))
    table = pd.DataFrame(rows, columns=list(RANKED[:3]))
    known = phases.where(phases["formation_energy_per_atom"].notna() & is_known(phases))
    formulas = [*known["formula"], *table["formula"]]
    energies = [*known["formation_energy_per_atom"], *table["formation_energy"]]
    spanning = np.arange(len(formulas)) < len(known)
    above = energies_above_hull(formulas, energies, spanning)[len(known) :]
    return table.assign(e_above_known_hull=above).sort_values(
        ["e_above_known_hull", "id"], ignore_index=True
    )


def read_ranks(path: str | PathLike[str]) -> pd.DataFrame:
    """Read the rows of `rank_crystals`; `InputError` if the file is damaged."""
    return read_table(path, RANKED, text=RANKED[:2], numbers=RANKED[2:])


def _corrected(row: Mapping[str, Any], value: float) -> dict[str, Any]:
    """Add the correction (eV/atom) of a relaxed crystal to its energies, before and after."""
    names = ("formation_energy_before", "formation_energy_after")
    return {"correction": value, **{name: row[name] + value for name in names}}


def _floor(crystal: Structure, phases: Crystals) -> float:
    """Return the formation energy (eV/atom) below which a relaxation of a crystal is no crystal."""
    if "formation_energy_per_atom" not in phases.table:
        return -REACH
    own = phases.within(crystal.composition.chemical_system)["formation_energy_per_atom"]
    return float(np.nanmin([0.0, own.min()])) - REACH


def _relax_one(
    crystal: Structure,
    calculators: Relaxes,
    elements: Mapping[str, float],
    floor: float,
    *,
    fmax: float,
    max_steps: int,
    keep_symmetry: bool,
) -> tuple[dict[str, Any], Structure | None]:
    composition = crystal.composition
    row: dict[str, Any] = {
        "formula": composition.reduced_formula,
        "chemical_system": composition.chemical_system,
        "space_group_before": space_group(crystal),
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
    static, outcome = calculators.measure(
        crystal, fmax=fmax, max_steps=max_steps, keep_symmetry=keep_symmetry
    )
    before = static - reference
    row["formation_energy_before"] = before
    row["steps"] = outcome.steps
    if outcome.failure is not None:
        return row | {"status": f"failed: {outcome.failure}"}, None
    after = outcome.energy_per_atom - reference
    if not after >= floor:
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
