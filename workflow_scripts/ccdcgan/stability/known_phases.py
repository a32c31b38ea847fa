"""Known phases: which there are, relaxed by the potential, and what their energies are.

Whoever relaxes them hands in what does so (`labelling.relaxer`): to read them takes no potential.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.resources import as_file, files
from os import PathLike

import pandas as pd
from monty.serialization import loadfn
from pymatgen.core import Structure

from ccdcgan.core.tables import read_table
from ccdcgan.crystals.matching import Catalogue
from ccdcgan.crystals.table import PHASE, Crystals
from ccdcgan.data.formation_energies import (
    add_formation_energies,
    element_references,
    reject_unusable,
)
from ccdcgan.data.sources.records import RENAMED, reject
from ccdcgan.stability.outcomes import usable

logger = logging.getLogger(__name__)
Relax = Callable[[Crystals], Crystals]
"""Relaxes crystals by the potential, as `labelling.relax_candidates` does."""
SHIPPED = ("MP-PBE", "MatPES-PBE")
"""matcalc's collections of elemental structures, the wider one first; their energies are DFT's."""
LOWEST = 2
"""Shipped structures of an element that are tried: the potential may see another order."""
MAX_SITES = 32
"""Atoms of a shipped structure; enough for α-Mn (29) and for S₈ (32)."""
ABOVE_HULL = "energy_above_hull"


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
    elements: str | PathLike[str] | None = None,
) -> KnownPhases:
    """Read the phases that span the known hulls: those with an energy of the scheme.

    paths: tables of structures or of `relax_known_phases`. potential: what the energies of the
    crystals are called. reference: `potential`, these energies; or `source`, those of the data's
    first source. elements: `elements.csv`, for the label.
    """
    tables = [Crystals.read(path).table for path in dict.fromkeys(paths)]
    table = pd.concat(tables, ignore_index=True)
    scheme = potential if reference == "potential" else str(table["energy_scheme"].iloc[0])
    of_scheme = (table["energy_scheme"] == scheme) & table["formation_energy_per_atom"].notna()
    phases = Crystals(table[of_scheme].drop_duplicates("id"))
    origins: Iterable[str] = ()
    if scheme != potential:
        origins = [str(name or "").partition(RENAMED)[0] for name in phases["provenance"]]
    elif elements is not None:
        origins = read_table(elements, ("version",), text=("potential", "version"))["version"]
    return KnownPhases(phases, scheme, potential, _label(scheme, origins))


def _label(scheme: str, origins: Iterable[str]) -> str:
    origin = " and ".join(sorted({name for name in origins if name and name not in scheme})[:3])
    return f"{scheme} ({origin})" if origin else scheme


def element_candidates(structures: Crystals, systems: Iterable[str]) -> Crystals:
    """Find structures of each element of the data and the systems, for its zero of energy.

    Of an element of the systems they are all phases of the data and the shipped ones that equal
    none of these; of any other element, which is only needed as a zero, the shipped ones, or the
    data's where none is shipped.
    """
    phases = structures.phases()
    wanted = {symbol for system in systems for symbol in system.split("-")}
    every = {symbol for species in phases["species"] for symbol in species}
    note = f"reference structure of matcalc {version('matcalc')}"
    parts = []
    for symbol in sorted(wanted | every):
        shipped = _shipped(symbol)
        if symbol in wanted or not shipped:
            own = phases.within(symbol)
            known = Catalogue.of(own)
            parts.append(own)
            shipped = {k: s for k, s in shipped.items() if known.first_match(s) is None}
        parts.append(Crystals.of_structures(shipped).assign(provenance=note))
    return _described(Crystals.join(parts))


def compound_candidates(
    structures: Crystals, systems: Iterable[str], max_above_hull: float | None = None
) -> Crystals:
    """Select the compounds among the phases of the data within one of the systems.

    max_above_hull: eV/atom; phases known to be further above the hull of the data are left out,
    where the data have `energy_above_hull`.
    """
    phases = structures.phases()
    found = phases.where(phases["chemical_system"].str.contains("-")).within(systems)
    if max_above_hull is not None and ABOVE_HULL in found.table:
        found = found.where(~(found[ABOVE_HULL] > max_above_hull))
    return _described(found)


def label_known_phases(
    candidates: Crystals, relax: Relax, scheme: str, elements: Crystals | None = None
) -> Crystals:
    """Relax candidates and give them formation energies by the potential's own elements.

    elements: what this function gave for the elements; None if the candidates are these. The
    columns are those of a table of structures (`energy_scheme` is `scheme`) and `dropped`, why a
    phase has no energy.
    """
    if not len(candidates):
        return candidates.assign(kind=PHASE, energy_scheme=scheme)
    table = candidates.table[["id", "split"]].merge(relax(candidates).table, on="id")
    reject_unusable(table)
    zeros = element_references([table if elements is None else elements.table])
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
    return Crystals(table.assign(kind=PHASE, energy_scheme=scheme))


def relax_elements(
    structures: Crystals, systems: Iterable[str], relax: Relax, scheme: str
) -> Crystals:
    """Relax the elements of the data and of the systems; see `element_candidates`."""
    return label_known_phases(element_candidates(structures, systems), relax, scheme)


def relax_known_phases(
    structures: Crystals,
    elements: Crystals,
    relax: Relax,
    scheme: str,
    *,
    systems: Iterable[str],
    max_above_hull: float | None = None,
) -> Crystals:
    """Relax the known phases of chemical systems by the potential: their elements and compounds.

    elements: what `label_known_phases` gave for them. max_above_hull: see `compound_candidates`.
    """
    names = list(systems)
    symbols = {symbol for system in names for symbol in system.split("-")}
    ends = elements.where(elements["chemical_system"].isin(symbols))
    candidates = compound_candidates(structures, names, max_above_hull)
    return Crystals.join([ends, label_known_phases(candidates, relax, scheme, ends)])


def systems_of(paths: Sequence[str | PathLike[str]]) -> list[str]:
    """List the chemical systems of the relaxed crystals of some files that have an energy."""
    found = usable(Crystals.read_all(paths, ("status", "chemical_system")))
    return sorted(found["chemical_system"].unique())


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
    """Add `split`, which only structures of the data have."""
    if "split" not in crystals.table:
        return crystals.assign(split="")
    return crystals.assign(split=crystals["split"].fillna(""))
