"""Crystals, hulls and settings to write decks of."""

import pandas as pd
from ase.build import bulk
from pymatgen.core import Lattice, Structure

from ccdcgan.core.settings.dft import DeckSettings

CDLI = Structure.from_spacegroup("Pm-3m", Lattice.cubic(3.32), ["Cd", "Li"], [[0] * 3, [0.5] * 3])
COHF = Structure.from_spacegroup("Pm-3m", Lattice.cubic(3.16), ["Co", "Hf"], [[0] * 3, [0.5] * 3])
LI3CD = Structure.from_spacegroup(
    "Fm-3m", Lattice.cubic(6.7), ["Cd", "Li", "Li"], [[0] * 3, [0.5] * 3, [0.25] * 3]
)
COO = Structure.from_spacegroup(
    "Fm-3m", Lattice.cubic(4.26), ["Co", "O"], [[0] * 3, [0.5] * 3]
).get_primitive_structure()
ESPRESSO = {
    "cutoff": 50.0,
    "density_cutoff": 400.0,
    "folder": None,
    "pseudopotentials": {"default": "{element}.UPF", "Co": "Co.special.UPF"},
}
DECK_SETTINGS = DeckSettings.model_validate(
    {
        "candidates": 2,
        "engines": ["vasp", "espresso", "gpaw"],
        "start": "relaxed",
        "kpoint_spacing": 0.3,
        "hubbard": "mp",
        "espresso": ESPRESSO,
    }
)


def molecule(symbol: str, bond: float) -> Structure:
    """A diatomic molecule in a box; bond: Å."""
    places = [[5, 5, 5], [5, 5, 5 + bond]]
    return Structure(Lattice.cubic(10), [symbol] * 2, places, coords_are_cartesian=True)


def hull_table(rows: list[tuple[str, str, float]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["id", "source", "e_above_known_hull"])
    table["formation_energy"] = table["e_above_known_hull"] - 0.3
    table["matches"] = ""
    return table


COPPER = Structure(Lattice.cubic(4.1), ["Cu"] * 3, [[0, 0, 0], [0.5, 0.5, 0.02], [0.5, 0, 0.47]])
CELLS = {
    "Li": bulk("Li", "bcc", 3.4),
    "Cd": bulk("Cd", "hcp", 3.0),
    "LiCd": bulk("LiCd", "cesiumchloride", 3.3),
}
