"""Known phases relaxed by the potential, with formation energies by its own elements.

Whoever relaxes them hands in what does so (`labelling.relaxer`).
"""

import logging
from collections.abc import Callable, Iterable

import pandas as pd

from ccdcgan.core.settings.analysis import Corrections
from ccdcgan.crystals.corrections import correction
from ccdcgan.crystals.energy_schemes import corrected_scheme
from ccdcgan.crystals.table import PHASE, Crystals, to_structure
from ccdcgan.data.formation_energies import (
    add_formation_energies,
    element_references,
    reject_unusable,
)
from ccdcgan.data.sources.records import reject
from ccdcgan.stability.hull_energies import decomposing
from ccdcgan.stability.phase_candidates import LOWEST, compound_candidates, element_candidates
from ccdcgan.stability.phase_energies import formation, near_hull

logger = logging.getLogger(__name__)
Relax = Callable[[Crystals], Crystals]
"""Relaxes crystals by the potential, as `labelling.relax_candidates` does."""


def label_known_phases(
    candidates: Crystals,
    relax: Relax,
    scheme: str,
    elements: Crystals | None = None,
    corrections: Corrections = "none",
) -> Crystals:
    """Relax candidates and give them formation energies by the potential's own elements.

    elements: what this function gave for the elements; None if the candidates are these. The
    columns are those of a table of structures (`energy_scheme` is `scheme` with its corrections),
    `correction` (eV/atom, which the formation energy contains) and `dropped`, why a phase has no
    energy.
    """
    scheme = corrected_scheme(scheme, corrections)
    if not len(candidates):
        return candidates.assign(kind=PHASE, energy_scheme=scheme)
    kept = [name for name in ("id", "split", "source", "known_as") if name in candidates.table]
    table = candidates.table[kept].merge(relax(candidates).table, on="id")
    reject_unusable(table)
    zeros = element_references([table if elements is None else elements.table])
    known = set(zeros["element"])
    reject(
        table,
        ~table["species"].map(lambda species: set(species) <= known).astype(bool),
        "no zero of energy: an element alone has none by the potential",
    )
    add_formation_energies(table, zeros, None)
    usable_rows = table["dropped"] == ""
    table["correction"] = [
        correction(to_structure(row), corrections) if fit else float("nan")
        for row, fit in zip(table.to_dict("records"), usable_rows, strict=True)
    ]
    table["formation_energy_per_atom"] += table["correction"]
    failed = table[~usable_rows]
    for name, reason in zip(failed["id"], failed["dropped"], strict=True):
        logger.info("%s has no energy: %s", name, reason)
    return Crystals(table.assign(kind=PHASE, energy_scheme=scheme))


def relax_elements(
    structures: Crystals,
    systems: Iterable[str],
    relax: Relax,
    scheme: str,
    *,
    corrections: Corrections = "none",
    table: Crystals | None = None,
    energies: Callable[[Crystals], pd.Series] | None = None,
    max_above: float | None = None,
) -> Crystals:
    """Relax the elements of the data and of the systems; see `element_candidates`.

    table: of known phases. energies: static ones (eV/atom); where they are given, only the
    `LOWEST` structures of an element are relaxed, and of these those within `max_above` (eV/atom)
    of the first.
    """
    candidates = element_candidates(structures, systems, table)
    if energies is not None and max_above is not None:
        static = energies(candidates)
        groups = static.groupby(candidates["chemical_system"])
        near = ~(static - groups.transform("min") > max_above)
        candidates = candidates.where(near & ~(groups.rank(method="first") > LOWEST))
    return label_known_phases(candidates, relax, scheme, corrections=corrections)


def relax_known_phases(
    structures: Crystals,
    elements: Crystals,
    relax: Relax,
    scheme: str,
    *,
    systems: Iterable[str],
    corrections: Corrections = "none",
    table: Crystals | None = None,
    energies: Callable[[Crystals], pd.Series] | None = None,
    max_above: float | None = None,
    formulas: Iterable[str] | None = None,
) -> Crystals:
    """Relax the known phases of chemical systems by the potential: their elements and compounds.

    elements: what `label_known_phases` gave for them. table, energies: as in `relax_elements`;
    compounds more than `max_above` (eV/atom) above the hull of their static energies are left out,
    with a count in the log. formulas: of the only crystals that the hulls are for; of the compounds
    those alone are relaxed that such a crystal decomposes into (see `decomposing`).
    """
    names = list(systems)
    symbols = {symbol for system in names for symbol in system.split("-")}
    ends = elements.where(elements["chemical_system"].isin(symbols))
    candidates = compound_candidates(structures, names, table)
    if energies is not None and max_above is not None and len(candidates):
        zeros = energies(ends).groupby(ends["chemical_system"]).min().to_dict()
        static = formation(candidates, energies(candidates), zeros, corrections)
        near = near_hull(candidates, static) <= max_above
        if formulas is not None:
            near &= decomposing(candidates["formula"], static, list(formulas))
        logger.info("%d of %d compounds are near the static hull", int(near.sum()), len(candidates))
        candidates = candidates.where(near)
    labelled = label_known_phases(candidates, relax, scheme, ends, corrections)
    return Crystals.join([ends, labelled])
