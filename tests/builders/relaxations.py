"""Crystals relaxed into a known phase by ASE's effective-medium potential."""

import tempfile

from ase.build import bulk
from ase.calculators.emt import EMT
from pymatgen.core import Lattice, Structure

from ccdcgan.core.journal import Journal
from ccdcgan.crystals.potential import Calculators
from ccdcgan.crystals.table import Crystals
from ccdcgan.stability.relax import relax_crystals

AUCU3 = Structure.from_spacegroup(
    "Pm-3m", Lattice.cubic(3.75), ["Au", "Cu"], [[0, 0, 0], [0, 0.5, 0.5]]
)


def emt_energy(symbol: str) -> float:
    atoms = bulk(symbol)
    atoms.calc = EMT()
    return float(atoms.get_potential_energy() / len(atoms))


GOLD_COPPER_PHASES = Crystals.of_structures(
    {"aucu3": AUCU3}, kind=["phase"], formation_energy_per_atom=[-0.05]
)


def rattled() -> Structure:
    crystal = AUCU3.copy()
    crystal.translate_sites([1], [0.03, 0.02, -0.01])
    crystal.translate_sites([2], [-0.02, 0.01, 0.02])
    return crystal


def relaxed(crystals, calculator, emt_energies, **options):
    settings = {"fmax": 0.02, "max_steps": 100} | options
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal(f"{folder}/journal", {})
        return relax_crystals(
            Crystals.of_structures(crystals),
            Calculators(calculator),
            emt_energies,
            GOLD_COPPER_PHASES,
            journal,
            **settings,
        )
