"""Templates of well-known structures, and what holds them."""

from collections.abc import Mapping

import numpy as np
from pymatgen.core import Element, Lattice, Structure

from ccdcgan.crystals.compositions import Compositions
from ccdcgan.crystals.table import Crystals
from ccdcgan.data.templates import collect_templates

B2, B1, L12, PEROVSKITE = "caesium chloride", "rock salt", "AuCu3", "perovskite"


def crystal(kind: str, *symbols: str, edge: float) -> Structure:
    """A crystal of a well-known structure type, in its primitive cell."""
    group, places = {
        B2: ("Pm-3m", [[0] * 3, [0.5] * 3]),
        B1: ("Fm-3m", [[0] * 3, [0.5] * 3]),
        L12: ("Pm-3m", [[0] * 3, [0, 0.5, 0.5]]),
        PEROVSKITE: ("Pm-3m", [[0] * 3, [0.5] * 3, [0, 0.5, 0.5]]),
    }[kind]
    made = Structure.from_spacegroup(group, Lattice.cubic(edge), symbols, places)
    return made.get_primitive_structure()


CRYSTALS = {
    "CsCl": crystal(B2, "Cs", "Cl", edge=4.12),
    "CsI": crystal(B2, "Cs", "I", edge=4.57),
    "NaCl": crystal(B1, "Na", "Cl", edge=5.64),
    "KBr": crystal(B1, "K", "Br", edge=6.60),
    "LiF": crystal(B1, "Li", "F", edge=4.03),
    "Cu3Au": crystal(L12, "Au", "Cu", edge=3.75),
    "Ni3Al": crystal(L12, "Al", "Ni", edge=3.57),
    "BaTiO3": crystal(PEROVSKITE, "Ba", "Ti", "O", edge=4.01),
    "SrTiO3": crystal(PEROVSKITE, "Sr", "Ti", "O", edge=3.91),
}
ENERGIES = [-2.3, -1.8, -2.1, -2.0, -3.2, -0.05, -0.4, -3.5, -3.55]
PLACES = {name: place for place, name in enumerate(CRYSTALS)}
"""In which row a template stands."""


def numbers(*symbols: str) -> list[int]:
    return [Element(symbol).Z for symbol in symbols]


def counts_of(*atoms: Mapping[str, int]) -> np.ndarray:
    """The atoms (n, 100) by number of compositions that are given by symbol."""
    found = np.zeros((len(atoms), 100), dtype=np.int64)
    for row, one in zip(found, atoms, strict=True):
        row[numbers(*one)] = list(one.values())
    return found


def table_of(crystals: Mapping[str, Structure] = CRYSTALS) -> Crystals:
    energies = ENERGIES[: len(crystals)]
    return Crystals.of_structures(dict(crystals)).assign(
        split="train", kind="phase", formation_energy_per_atom=energies
    )


def compositions_of(crystals: Mapping[str, Structure] = CRYSTALS) -> Compositions:
    return Compositions.of_training(table_of(crystals)["species"])


def templates_of(crystals: Mapping[str, Structure] = CRYSTALS) -> Crystals:
    """The crystals as templates, with their structure types."""
    return collect_templates(table_of(crystals))
