"""Which known phases are relaxed by the potential: elements and compounds, of data and table."""

from collections.abc import Iterable
from functools import cache
from importlib.metadata import version
from importlib.resources import as_file, files

from monty.serialization import loadfn
from pymatgen.core import Structure

from ccdcgan.crystals.matching import Catalogue
from ccdcgan.crystals.table import Crystals

SHIPPED = ("MP-PBE", "MatPES-PBE")
"""matcalc's collections of elemental structures, the wider one first; their energies are DFT's."""
LOWEST = 2
"""Structures of an element that are relaxed: the potential may see another order."""
MAX_SITES = 32
"""Atoms of a shipped structure; enough for α-Mn (29) and for S₈ (32)."""


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
