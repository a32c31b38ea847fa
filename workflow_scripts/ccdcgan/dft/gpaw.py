"""GPAW: a Python script that relaxes atoms and cell in plane waves."""

from pathlib import Path

import ase.io
from pymatgen.core import Structure
from pymatgen.io.ase import AseAtomsAdaptor

from ccdcgan.artifacts import atomic
from ccdcgan.dft.candidates import mesh
from ccdcgan.dft.moments import MOMENTS

HOW_TO = """\
In `gpaw`: run `python relax.py`, or on several cores `mpiexec -n 4 gpaw python relax.py`.
It writes `results.json` (energies in eV) and `relaxed.extxyz`."""

TEMPLATE = '''\
"""Relax {formula} ({name}) with GPAW."""

import json
from pathlib import Path

from ase.filters import FrechetCellFilter
from ase.io import read, write
from ase.optimize import BFGS
from ase.parallel import world
from gpaw import GPAW, PW

HERE = Path(__file__).resolve().parent
MOMENTS = {moments}  # μB at the start; an element that is missing starts without spin

atoms = read(HERE / "start.extxyz")
moments = [MOMENTS.get(symbol, 0.0) for symbol in atoms.get_chemical_symbols()]
atoms.set_initial_magnetic_moments(moments)
atoms.calc = GPAW(
    mode=PW(500),  # eV
    xc="PBE",
    kpts={{"size": {kpts}, "gamma": True}},
    occupations={{"name": "fermi-dirac", "width": 0.05}},  # eV
    symmetry={{"symmorphic": False}},
    spinpol=any(moments),
    txt=str(HERE / "gpaw.txt"),
)
optimiser = BFGS(FrechetCellFilter(atoms), logfile=str(HERE / "relax.log"))
converged = optimiser.run(fmax=0.05, steps=100)  # eV/Å

energy = atoms.get_potential_energy()
write(HERE / "relaxed.extxyz", atoms)
results = {{
    "id": "{name}",
    "formula": atoms.get_chemical_formula(),
    "converged": bool(converged),
    "steps": int(optimiser.nsteps),
    "energy": float(energy),
    "energy_per_atom": float(energy) / len(atoms),
    "magnetic_moment": float(atoms.get_magnetic_moment()) if any(moments) else 0.0,
    "volume_per_atom": float(atoms.get_volume()) / len(atoms),
}}
if world.rank == 0:
    (HERE / "results.json").write_text(json.dumps(results, indent=2) + "\\n")
'''


def write_gpaw(structure: Structure, folder: Path, *, name: str, spacing: float) -> None:
    """Write `relax.py` and the structure that it reads, `start.extxyz`, into `folder`.

    spacing: 1/Å between k-points.
    """
    symbols = {site.specie.symbol for site in structure}
    folder.mkdir(parents=True, exist_ok=True)
    ase.io.write(
        folder / "start.extxyz", AseAtomsAdaptor.get_atoms(structure, msonable=False), "extxyz"
    )
    text = TEMPLATE.format(
        name=name,
        formula=structure.composition.reduced_formula,
        moments={s: MOMENTS[s] for s in sorted(symbols & MOMENTS.keys())},
        kpts=mesh(structure, spacing),
    )
    with atomic(folder / "relax.py") as temporary:
        temporary.write_text(text)
