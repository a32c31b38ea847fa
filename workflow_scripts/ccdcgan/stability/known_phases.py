"""Known phases: which there are, relaxed by the potential, and what their energies are.

They are those of the table that comes with the workflow and those of the data. A decorated
prototype of the data is none of them, unless it equals one: it competes with them, under its own
name.

Whoever relaxes them hands in what does so (`labelling.relaxer`): to read them takes no potential.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.resources import as_file, files
from os import PathLike
from pathlib import Path

import numpy as np
import pandas as pd
from monty.serialization import loadfn
from pymatgen.core import Structure

from ccdcgan.core.settings.analysis import Corrections
from ccdcgan.core.tables import read_table
from ccdcgan.crystals.compact import read_compact
from ccdcgan.crystals.corrections import corrected_scheme, correction
from ccdcgan.crystals.matching import Catalogue
from ccdcgan.crystals.table import PHASE, Crystals, source_notes, to_structure
from ccdcgan.data.formation_energies import (
    add_formation_energies,
    element_references,
    reject_unusable,
)
from ccdcgan.data.sources.records import RENAMED, reject
from ccdcgan.stability.hull_energies import decomposing, energies_above_hull

logger = logging.getLogger(__name__)
Relax = Callable[[Crystals], Crystals]
"""Relaxes crystals by the potential, as `labelling.relax_candidates` does."""
Energy = Callable[[Structure], float]
"""Gives the static energy of a crystal by the potential in eV/atom, NaN where it has none."""
TABLE = "known_phases"
"""The source of a phase of the table that comes with the workflow."""
KNOWN, PROTOTYPE = "known", "prototype"
"""What a competing phase is."""
SHIPPED = ("MP-PBE", "MatPES-PBE")
"""matcalc's collections of elemental structures, the wider one first; their energies are DFT's."""
LOWEST = 2
"""Structures of an element that are relaxed: the potential may see another order."""
MAX_SITES = 32
"""Atoms of a shipped structure; enough for α-Mn (29) and for S₈ (32)."""


@dataclass(frozen=True)
class KnownPhases:
    """The phases that span the known hulls, all with energies of one kind.

    scheme: what these are. potential: what the energies of the generated crystals are called.
    label: the scheme with the version of the potential or of the source.
    """

    crystals: Crystals
    scheme: str
    potential: str
    label: str = ""

    @property
    def apart(self) -> str:
        """Name the energies of the crystals where they are of another kind, else ""."""
        return "" if self.scheme == self.potential else self.potential


def read_known_phases(
    paths: Iterable[str | PathLike[str]],
    *,
    potential: str,
    reference: str,
    corrections: Corrections = "none",
    elements: str | PathLike[str] | None = None,
) -> KnownPhases:
    """Read the phases that span the known hulls: those with an energy of the scheme.

    paths: tables of structures or of `relax_known_phases`. potential: what the energies of the
    crystals are called, before their corrections. reference: `potential`, these energies; or
    `source`, those of the data's first source. elements: `elements.csv`, for the label.
    """
    potential = corrected_scheme(potential, corrections)
    table = Crystals.read_first(paths).table
    scheme = potential if reference == "potential" else str(table["energy_scheme"].iloc[0])
    of_scheme = (table["energy_scheme"] == scheme) & table["formation_energy_per_atom"].notna()
    phases = Crystals(table[of_scheme])
    origins: Iterable[str] = ()
    if scheme != potential:
        origins = [str(name or "").partition(RENAMED)[0] for name in phases["provenance"]]
    elif elements is not None:
        origins = read_table(elements, ("version",), text=("potential", "version"))["version"]
    return KnownPhases(phases, scheme, potential, _label(scheme, origins))


def _label(scheme: str, origins: Iterable[str]) -> str:
    origin = " and ".join(sorted({name for name in origins if name and name not in scheme})[:3])
    return f"{scheme} ({origin})" if origin else scheme


def read_table_of_known(
    path: str | PathLike[str] | None,
    *,
    systems: Iterable[str] | None = None,
    formulas: Iterable[str] | None = None,
) -> Crystals:
    """Read phases of the table that comes with the workflow; see `compact.read_compact`.

    path: None gives an empty table. They are phases outside of the training set: their `split` is
    empty.
    """
    if path is None:
        return Crystals.of_structures({}).assign(kind=[], split=[], source=[], provenance=[])
    found = read_compact(path, systems=systems, formulas=formulas)
    return found.assign(kind=PHASE, split="", source=TABLE, provenance=Path(path).name)


def compared_phases(
    structures: Crystals,
    path: str | PathLike[str] | None,
    *,
    formulas: Iterable[str] | None = None,
    systems: Iterable[str] | None = None,
) -> Crystals:
    """Put together what crystals are compared with: the data, and the table of known phases.

    formulas, systems: of the crystals; only phases of these formulas, or within these systems, are
    taken. A phase of the table whose id the data have is left out.
    """
    own = structures
    if formulas is not None:
        formulas = set(formulas)
        own = own.where(own["formula"].isin(formulas))
    if systems is not None:
        systems = set(systems)
        own = own.within(systems)
    table = read_table_of_known(path, formulas=formulas, systems=systems)
    return Crystals.join([own, table.where(~table["id"].isin(structures["id"]))])


def static_energies(
    crystals: Crystals, path: str | PathLike[str] | None, energy: Energy, scheme: str, version: str
) -> pd.Series:
    """Give the energy of each crystal as it stands, in eV/atom, by the potential.

    path: of the table of known phases, whose energies are taken where they are by the same version
    of the same potential; all others are computed.
    """
    same = path is not None and _energies_are(path, scheme, version)
    held = (
        crystals["energy_per_atom"].to_numpy(dtype=float)
        if (same and "energy_per_atom" in crystals.table)
        else np.full(len(crystals), np.nan)
    )
    own = crystals["source"].eq(TABLE).to_numpy() if "source" in crystals.table else []
    values = [
        held[row] if same and own[row] and np.isfinite(held[row]) else energy(structure)
        for row, (_, structure) in enumerate(crystals.items())
    ]
    return pd.Series(values, dtype=float)


def element_candidates(
    structures: Crystals, systems: Iterable[str], table: Crystals | None = None
) -> Crystals:
    """Find structures of each element of the data and the systems, for its zero of energy.

    Of an element of the systems they are all phases of the data and of the table of known phases,
    and the shipped ones that equal none of these; of any other element, which is only needed as a
    zero, the shipped ones, or the data's where none is shipped.
    """
    phases = structures.phases()
    wanted = {symbol for system in systems for symbol in system.split("-")}
    every = {symbol for species in phases["species"] for symbol in species}
    note = f"reference structure of matcalc {version('matcalc')}"
    parts = []
    for symbol in sorted(wanted | every):
        shipped = _shipped(symbol)
        if symbol in wanted or not shipped:
            own = with_table(phases.within(symbol), None if table is None else table.within(symbol))
            known = Catalogue.of(own)
            parts.append(own)
            shipped = {k: s for k, s in shipped.items() if known.first_match(s) is None}
        parts.append(Crystals.of_structures(shipped).assign(provenance=note, source="matcalc"))
    return _described(Crystals.join(parts))


def compound_candidates(
    structures: Crystals, systems: Iterable[str], table: Crystals | None = None
) -> Crystals:
    """Select the compounds within one of the systems, of the data and of the table of known ones.

    table: phases of the systems of the table, as `read_table_of_known` gives them.
    """
    names = list(systems)

    def compounds(crystals: Crystals) -> Crystals:
        held = crystals["chemical_system"].fillna("").str.contains("-")
        return crystals.where(held).within(names)

    known = None if table is None else compounds(table)
    return _described(with_table(compounds(structures.phases()), known))


def with_table(phases: Crystals, table: Crystals | None) -> Crystals:
    """Put phases of the table of known ones below those of the data that equal none of them.

    Adds `known_as`: the id of the phase of the table that a phase of the data equals, which is then
    left out; "" where there is none.
    """
    if table is None or not len(table):
        return phases.assign(known_as="")
    others = table.where(~table["id"].isin(phases["id"]))
    catalogue = Catalogue.of(others.where(others["formula"].isin(phases["formula"])))
    names = [catalogue.closest_match(one) or "" for _, one in phases.items()]
    rest = others.where(~others["id"].isin(names))
    # Those of one id are one phase: the table says that it is known.
    shared = phases["id"].isin(table["id"])
    found = [one if same else name for one, name, same in zip(phases, names, shared, strict=True)]
    return Crystals.join([phases.assign(known_as=found), rest.assign(known_as="")])


def is_known(phases: Crystals) -> pd.Series:
    """Say of competing phases which are known: all but prototypes that equal no known phase."""
    if "source" not in phases.table:
        return pd.Series(True, index=phases.table.index)
    prototype = phases["source"] == "prototypes"
    return ~prototype | (phases["known_as"] != "") if "known_as" in phases.table else ~prototype


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


def formation(
    crystals: Crystals,
    energies: pd.Series,
    zeros: Mapping[str, float],
    corrections: Corrections,
) -> np.ndarray:
    """Give the formation energies (eV/atom) of crystals from their energies, corrected.

    zeros: energies of the elements in eV/atom, of the same kind; NaN where one lacks.
    """
    values = [
        energy
        + correction(structure, corrections)
        - sum(
            share * zeros.get(symbol, np.nan)
            for symbol, share in structure.composition.fractional_composition.as_dict().items()
        )
        for energy, (_, structure) in zip(energies, crystals.items(), strict=True)
    ]
    return np.array(values, dtype=float)


def near_hull(candidates: Crystals, values: np.ndarray) -> np.ndarray:
    """Give the energy above the hull in eV/atom, from formation energies; NaN without one.

    Only known phases span the hulls, one a chemical system.
    """
    spanning = is_known(candidates).to_numpy() & np.isfinite(values)
    if not spanning.any():
        spanning = np.isfinite(values)
    return energies_above_hull(candidates["formula"].tolist(), values, spanning)


def of_shard(crystals: Crystals, shard: int, shards: int) -> Crystals:
    """Select the crystals with a structure whose chemical systems belong to one of the shards."""
    held = crystals.with_structure()
    systems = sorted(held["chemical_system"].unique())[shard::shards]
    return held.where(held["chemical_system"].isin(systems))


def _energies_are(path: str | PathLike[str], scheme: str, version: str) -> bool:
    """Say whether the energies of a table of known phases are by a version of a potential."""
    notes = source_notes(path)
    return (notes.get("potential"), notes.get("version")) == (scheme, version)


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
    """Return the lowest structures of an element in the first collection with small ones."""
    for name, entries in _collections().items():
        structures, energies = entries.get(symbol, ([], []))
        ranked = sorted(zip(energies, range(len(structures)), strict=True))
        small = [structures[n] for _, n in ranked if len(structures[n]) <= MAX_SITES][:LOWEST]
        if small:
            return {f"{symbol}-{name}-{n}": structure for n, structure in enumerate(small)}
    return {}


def _described(crystals: Crystals) -> Crystals:
    """Add `split` and `known_as`, which not all of them have."""
    return crystals.assign(
        **{
            name: crystals[name].fillna("") if name in crystals.table else ""
            for name in ("split", "known_as")
        }
    )
