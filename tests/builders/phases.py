"""Phases of gold, copper and brass: data, and a table of known ones, for ASE's EMT potential."""

import pandas as pd
from pymatgen.core import Lattice, Structure

from ccdcgan.core.settings.potential import PotentialSettings
from ccdcgan.crystals.table import Crystals, from_structure

CORNER_AND_FACES = [[0, 0, 0], [0, 0.5, 0.5]]


def row(name: str, structure: Structure, energy: float, **changes: object) -> dict[str, object]:
    return {
        "id": name,
        **from_structure(structure),
        "kind": "phase",
        "split": "train",
        "energy_scheme": "PBE",
        "provenance": "file.parquet",
        "formation_energy_per_atom": energy,
    } | changes


L12 = Structure.from_spacegroup("Pm-3m", Lattice.cubic(3.75), ["Au", "Cu"], CORNER_AND_FACES)
B2 = Structure(Lattice.cubic(2.9), ["Cu", "Zn"], [[0, 0, 0], [0.5, 0.5, 0.5]])
COPPER = Structure.from_spacegroup("Fm-3m", Lattice.cubic(3.6), ["Cu"], [[0, 0, 0]])
DATA = Crystals(
    pd.DataFrame(
        [
            row("aucu3", L12, -0.05),
            row("cu", COPPER.get_primitive_structure(), 0.0),
            row("strained", L12, 0.0, kind="copy"),
            row("brass", B2, -0.1),  # of another system, and EMT knows no zinc
        ]
    )
)
POTENTIAL = PotentialSettings(
    name="ase.calculators.emt:EMT", arguments={}, fmax=0.01, max_steps=100
)


def table_of_known(**structures: Structure) -> Crystals:
    """Phases of the table of known ones."""
    made = Crystals.of_structures({f"mp-{name}": one for name, one in structures.items()})
    return made.assign(kind="phase", split="", source="known_phases", provenance="known.parquet")
