"""Records of gold and copper, of which some lie near the hull of their energies."""

from collections.abc import Mapping

import pandas as pd
from pymatgen.core import Lattice, Structure

from ccdcgan.data.sources.records import record_of_structure, to_table
from ccdcgan.stability.known_table import ENERGY, select_known_phases

FACES = [[0, 0, 0], [0, 0.5, 0.5]]
PHASES = {
    "au": (Structure.from_spacegroup("Fm-3m", Lattice.cubic(4.1), ["Au"], [[0, 0, 0]]), 0.0),
    "cu": (Structure.from_spacegroup("Fm-3m", Lattice.cubic(3.6), ["Cu"], [[0, 0, 0]]), 0.0),
    "aucu3": (Structure.from_spacegroup("Pm-3m", Lattice.cubic(3.75), ["Au", "Cu"], FACES), -0.05),
    "b2": (Structure(Lattice.cubic(3.1), ["Au", "Cu"], [[0, 0, 0], [0.5, 0.5, 0.5]]), 0.2),
    "unknown": (Structure(Lattice.cubic(3.0), ["Au"], [[0, 0, 0]]), float("nan")),
}


def records(energies: Mapping[str, float] | None = None) -> pd.DataFrame:
    """Return the phases, or those of some names with other energies (`other-au` is one more)."""
    chosen = {name: energy for name, (_, energy) in PHASES.items()}
    rows = [
        record_of_structure(name, PHASES[name.removeprefix("other-")][0], {ENERGY: energy}, "file")
        for name, energy in (energies or chosen).items()
    ]
    rows.append({**rows[0], "id": "broken", "dropped": "damaged", "species": None})
    return to_table(rows, ["formation_energy_per_atom"], source="local", energy_scheme="PBE")


def selected(energies: Mapping[str, float] | None = None) -> pd.DataFrame:
    return select_known_phases(
        [records(energies)], max_above_hull=0.05, properties=["formation_energy_per_atom"]
    )
