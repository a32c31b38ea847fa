"""Tables of sources, and their standard form."""

from pymatgen.core import Lattice, Structure

from builders.settings import SECTIONS, changed
from ccdcgan.data.sources.records import record_of_structure, to_table
from ccdcgan.data.standardise import standardise

SPLIT = {"train": 0.8, "validation": 0.1, "test": 0.1}
FILTERS = changed(
    SECTIONS.data.filters, max_sites=4, max_length=7.0, min_energy=-4.0, exclude=["U"]
)
REQUIRED = {"formation_energy_per_atom": True, "band_gap": False}
PAIR = [[0, 0, 0], [0.5, 0.5, 0.5]]
SODIUM_CHLORIDE = Structure.from_spacegroup(
    "Fm-3m", Lattice.cubic(5.64), ["Na", "Cl"], [[0] * 3, [0.5] * 3]
)


def b2(edge=3.3, elements=("Cd", "Li")):
    return Structure(Lattice.cubic(edge), elements, PAIR)


def source_table(*rows, name="local", kind="phase"):
    """A table of records from (id, structure, formation energy)."""
    records = [
        record_of_structure(id_, structure, {"formation_energy_per_atom": energy}, "test")
        for id_, structure, energy in rows
    ]
    properties = ["formation_energy_per_atom"]
    return to_table(records, properties, source=name, energy_scheme=name, kind=kind)


def standard(table, cell="niggli", **filters):
    return standardise(table, cell=cell, required=REQUIRED, filters=changed(FILTERS, **filters))
