"""Known phases: which there are, relaxed by the potential, and what their energies are."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.metadata import version
from importlib.resources import as_file, files
from os import PathLike
from typing import Any

import pandas as pd
from ase.calculators.calculator import Calculator
from monty.serialization import loadfn
from pymatgen.core import Structure

from ccdcgan.core.journal import Journal
from ccdcgan.core.schemes import energy_scheme
from ccdcgan.core.tables import read_table
from ccdcgan.crystals.matching import Catalogue
from ccdcgan.crystals.potential import load_calculator
from ccdcgan.crystals.table import from_structure, read_structures, to_structure
from ccdcgan.data.formation_energies import (
    add_formation_energies,
    element_references,
    reject_unusable,
)
from ccdcgan.data.labelling import relax_candidates
from ccdcgan.data.sources.records import RENAMED, reject


def known_phases(
    paths: Sequence[str | PathLike[str]], *, potential: str, reference: str
) -> tuple[pd.DataFrame, str]:
    """The structures that span the known hulls, of one scheme of energies, and that scheme.

    paths: tables of structures or of `relax_known_phases`. potential: what the energies of the
    crystals are called. reference: `potential`, these energies; or `source`, those of the data's
    first source. Phases without an energy of the scheme are left out.
    """
    table = pd.concat([read_structures(path) for path in dict.fromkeys(paths)], ignore_index=True)
    scheme = potential if reference == "potential" else str(table["energy_scheme"].iloc[0])
    usable = (table["energy_scheme"] == scheme) & table["formation_energy_per_atom"].notna()
    return table[usable].drop_duplicates("id"), scheme


def energies_label(
    phases: pd.DataFrame, scheme: str, potential: str, elements: str | PathLike[str]
) -> str:
    """What the energies of a hull are, with the version of the potential or of the source."""
    if scheme == potential:
        table = read_table(elements, ("potential", "version"), text=("potential", "version"))
        origins = list(table["version"])
    else:
        origins = [str(name or "").partition(RENAMED)[0] for name in phases["provenance"]]
    origin = " and ".join(sorted({name for name in origins if name and name not in scheme})[:3])
    return f"{scheme} ({origin})" if origin else scheme


logger = logging.getLogger(__name__)
SHIPPED = ("MP-PBE", "MatPES-PBE")
"""matcalc's collections of elemental structures, the wider one first; their energies are DFT's."""
LOWEST = 2
"""Shipped structures of an element that are tried: the potential may see another order."""
MAX_SITES = 32
"""Atoms of a shipped structure; enough for α-Mn (29) and for S₈ (32)."""
ABOVE_HULL = "energy_above_hull"
KEEP_ALL = {
    "max_sites": float("inf"),
    "max_length": float("inf"),
    "min_distance": 0.0,
    "elements": [],
    "exclude": [],
}
"""No filter of the training set makes a phase unknown."""


def element_candidates(structures: pd.DataFrame, systems: Iterable[str]) -> pd.DataFrame:
    """Structures of each element of the data and the systems, to find its zero of energy from.

    Of an element of the systems they are all phases of the data and the shipped ones that equal
    none of these; of any other element, which is only needed as a zero, the shipped ones, or the
    data's where none is shipped.
    """
    phases = structures[structures["kind"] == "phase"]
    wanted = {symbol for system in systems for symbol in system.split("-")}
    every = {symbol for species in phases["species"] for symbol in species}
    parts = []
    for symbol in sorted(wanted | every):
        own = phases[phases["chemical_system"] == symbol]
        shipped = _shipped(symbol)
        if symbol in wanted or not len(shipped):
            known = Catalogue()
            for _, row in own.iterrows():
                known.add(row["id"], to_structure(row))
            parts.append(own)
            shipped = {k: s for k, s in shipped.items() if known.first_match(s) is None}
        note = f"reference structure of matcalc {version('matcalc')}"
        rows = [{"id": k, **from_structure(s), "provenance": note} for k, s in shipped.items()]
        parts.append(pd.DataFrame(rows))
    return _described(pd.concat([part for part in parts if len(part)], ignore_index=True))


def system_candidates(
    structures: pd.DataFrame, systems: Iterable[str], max_above_hull: float | None = None
) -> pd.DataFrame:
    """The compounds among the phases of the data that consist of elements of one of the systems.

    max_above_hull: eV/atom; phases known to be further above the hull of the data are left out,
    where the data have `energy_above_hull`.
    """
    sets = {system: frozenset(system.split("-")) for system in systems}
    compounds = structures[
        (structures["kind"] == "phase") & structures["chemical_system"].str.contains("-")
    ]
    inside = {
        name: any(set(name.split("-")) <= elements for elements in sets.values())
        for name in compounds["chemical_system"].unique()
    }
    found = compounds[compounds["chemical_system"].map(inside).astype(bool)]
    if max_above_hull is not None and ABOVE_HULL in found:
        found = found[~(found[ABOVE_HULL] > max_above_hull)]
    return _described(found)


def relax_known_phases(
    candidates: pd.DataFrame,
    calculator: Calculator,
    journal: Journal,
    elements: pd.DataFrame | None,
    *,
    scheme: str,
    fmax: float,
    max_steps: int,
) -> pd.DataFrame:
    """Candidates relaxed by the potential, with formation energies by its own elements.

    elements: what this function gave for the elements; None if the candidates are these. The
    columns are those of a table of structures (`energy_scheme` is `scheme`) and `dropped`, why a
    phase has no energy.
    """
    table = candidates
    if len(candidates):
        relaxed = relax_candidates(
            candidates, calculator, KEEP_ALL, journal, fmax=fmax, max_steps=max_steps
        )
        table = candidates[["id", "split"]].merge(relaxed, on="id")
        reject_unusable(table)
        zeros = element_references([table if elements is None else elements])
        known = set(zeros["element"])
        reject(
            table,
            ~table["species"].map(lambda species: set(species) <= known).astype(bool),
            "no zero of energy: an element alone has none by the potential",
        )
        add_formation_energies(table, zeros, None)
        failed = table[table["dropped"] != ""]
        for name, reason in zip(failed["id"], failed["dropped"], strict=True):
            logger.info("%s has no energy: %s", name, reason)
    return table.assign(kind="phase", energy_scheme=scheme)


def phases_of(
    systems: Iterable[str],
    structures: pd.DataFrame,
    elements: pd.DataFrame,
    potential: Mapping[str, Any],
    journal: Journal,
    max_above_hull: float | None = None,
) -> pd.DataFrame:
    """The known phases of chemical systems by the potential: their elements and compounds.

    elements: what `relax_known_phases` gave for them. potential: that section of the config.
    max_above_hull: see `system_candidates`.
    """
    names = list(systems)
    ends = elements[
        elements["chemical_system"].isin({e for name in names for e in name.split("-")})
    ]
    compounds = relax_known_phases(
        system_candidates(structures, names, max_above_hull),
        load_calculator(potential),
        journal,
        ends,
        scheme=energy_scheme(potential),
        fmax=potential["fmax"],
        max_steps=potential["max_steps"],
    )
    return pd.concat([p for p in (ends, compounds) if len(p)] or [ends], ignore_index=True)


@cache
def _collections() -> dict[str, dict[str, tuple[list[Structure], list[float]]]]:
    found: dict[str, dict[str, tuple[list[Structure], list[float]]]] = {}
    for name in SHIPPED:
        resource = files("matcalc") / "elemental_refs" / f"{name}-Element-Refs.json.gz"
        with as_file(resource) as path:
            content = loadfn(path)
        found[name] = {
            symbol: (_listed(entry["structure"]), _listed(entry["energy_per_atom"]))
            for symbol, entry in content.items()
        }
    return found


def _listed(value: object) -> list:
    return value if isinstance(value, list) else [value]


def _shipped(symbol: str) -> dict[str, Structure]:
    """By id, the lowest structures of an element in the first collection that has small ones."""
    for name, entries in _collections().items():
        structures, energies = entries.get(symbol, ([], []))
        ranked = sorted(zip(energies, range(len(structures)), strict=True))
        small = [structures[n] for _, n in ranked if len(structures[n]) <= MAX_SITES][:LOWEST]
        if small:
            return {f"{symbol}-{name}-{n}": structure for n, structure in enumerate(small)}
    return {}


def _described(table: pd.DataFrame) -> pd.DataFrame:
    """With `split`, which only structures of the data have."""
    split = table["split"] if "split" in table else pd.Series("", table.index)
    return table.assign(split=split.fillna("")).reset_index(drop=True)
