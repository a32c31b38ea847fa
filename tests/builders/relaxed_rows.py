"""Rows of relaxed crystals of Cd-Li with their energies above the known hull."""

import numpy as np
import pandas as pd
from pymatgen.core import Lattice, Structure

from builders.structures import NACL
from ccdcgan.crystals.table import ATOMS, Crystals, atoms_of
from ccdcgan.stability.outcomes import RELAXED

CDLI = Structure(Lattice.cubic(3.3), ["Cd", "Li"], [[0, 0, 0], [0.5, 0.5, 0.5]])


def table(crystals: dict[str, Structure], split: str, energy: float = 0.0) -> Crystals:
    made = Crystals.of_structures(crystals)
    return made.assign(split=split, kind="phase", formation_energy_per_atom=energy)


def relaxed_rows(*changes: tuple[str, str, float, str], **crystals: Structure) -> Crystals:
    rows = [
        {"id": name, "status": status, "formation_energy_after": after, "matches_after": match}
        | atoms_of(crystals.get(name.replace("-", "_")))
        for name, status, after, match in changes
    ]
    frame = pd.DataFrame(rows, columns=[*RELAXED, *ATOMS])
    delta = [0.1, 0.3, np.nan, 0.2][: len(frame)]
    known = {"formula": "CdLi", "chemical_system": "Cd-Li", "space_group_after": 221}
    frame["duplicate_after"] = ""
    return Crystals(frame.assign(delta_formation_energy=delta, rmsd=np.nan, **known))


CHANGES = (
    ("dcgan-1", "relaxed", -0.3, ""),
    ("dcgan-2", "not converged", -0.3, "b2"),
    ("dcgan-3", "failed: too dense", np.nan, ""),
    ("dcgan-4", "relaxed", 0.1, ""),
)
LAYERED = Structure(Lattice.tetragonal(3.3, 9.0), ["Cd", "Li"], [[0, 0, 0], [0, 0, 0.35]])
RELAXED_CRYSTALS = {"dcgan_1": CDLI, "dcgan_2": NACL, "dcgan_4": LAYERED}
ROWS = relaxed_rows(*CHANGES, **RELAXED_CRYSTALS)
ABOVE = pd.Series({"dcgan-1": -0.01, "dcgan-2": 0.0, "dcgan-4": 0.05})
