"""GPAW: a Python script that relaxes atoms and cell in plane waves."""

import importlib.util
import json
import sys
from collections.abc import Mapping
from pathlib import Path

import ase.io
from pymatgen.core import Structure
from pymatgen.io.ase import AseAtomsAdaptor

from ccdcgan.core.artifacts import atomic, write_json
from ccdcgan.core.errors import InputError
from ccdcgan.dft.candidates import mesh
from ccdcgan.dft.hubbard import WITHOUT
from ccdcgan.dft.moments import starting_moments
from ccdcgan.dft.outcome import Outcome, read_state, released

HOW_TO = """\
In `gpaw`: run `python relax.py`, or on several cores `mpiexec -n 4 gpaw python relax.py`.
It writes `results.json` (energies in eV) and `relaxed.extxyz`; started again, it goes on from
`last.traj`; `first.traj` keeps the energy that it began with."""
INSTALL = "make engines (needs libxc, OpenBLAS and FFTW with their headers), or conda's gpaw"
OUTPUT = "relax.out"

SCRIPT = '''\
"""Relax the crystal of start.traj with GPAW as parameters.json says."""

import json
import shutil
from pathlib import Path

from ase.filters import FrechetCellFilter
from ase.io import read, write
from ase.optimize.cellawarebfgs import CellAwareBFGS
from ase.parallel import world
from gpaw import GPAW, PW, __version__

HERE = Path(__file__).resolve().parent
PARAMETERS = json.loads((HERE / "parameters.json").read_text(encoding="utf-8"))
MOMENTS = PARAMETERS["moments"]  # μB at the start; a missing element starts without spin
HUBBARD = PARAMETERS["hubbard"]  # eV, on d shells

first, last = HERE / "first.traj", HERE / "last.traj"
atoms = read(last if last.exists() else HERE / "start.traj")
moments = [MOMENTS.get(symbol, 0.0) for symbol in atoms.get_chemical_symbols()]
atoms.set_initial_magnetic_moments(moments)
atoms.calc = GPAW(
    mode=PW(500),  # eV
    xc="PBE",
    setups={symbol: f":d,{value}" for symbol, value in HUBBARD.items()},
    kpts={"size": tuple(PARAMETERS["kpts"]), "gamma": True},
    occupations={"name": "fermi-dirac", "width": 0.05},  # eV
    symmetry={"symmorphic": False},
    spinpol=any(moments),
    txt=str(HERE / "gpaw.txt"),
)


def save():
    """Keep the first state, and that which a later start goes on from; whole at any time."""
    write(HERE / "next.traj", atoms)
    if world.rank == 0:
        if not last.exists():
            shutil.copy(HERE / "next.traj", first)
        (HERE / "next.traj").replace(last)


optimiser = CellAwareBFGS(
    FrechetCellFilter(atoms, exp_cell_factor=1.0), logfile=str(HERE / "relax.log")
)
optimiser.attach(save)
converged = optimiser.run(fmax=0.05, smax=0.002, steps=100)  # eV/Å, eV/Å³

energy = atoms.get_potential_energy()
write(HERE / "relaxed.extxyz", atoms)
results = {
    "id": PARAMETERS["id"],
    "formula": atoms.get_chemical_formula(),
    "converged": bool(converged),
    "steps": int(optimiser.nsteps),
    "energy": float(energy),
    "energy_per_atom": float(energy) / len(atoms),
    "magnetic_moment": float(atoms.get_magnetic_moment()) if any(moments) else 0.0,
    "volume_per_atom": float(atoms.get_volume()) / len(atoms),
    "functional": "PBE+U" if HUBBARD else "PBE",
    "version": __version__,
}
if world.rank == 0:
    (HERE / "results.json").write_text(json.dumps(results, indent=2) + "\\n")
'''


def write_gpaw(
    structure: Structure,
    folder: Path,
    *,
    name: str,
    spacing: float,
    hubbard: Mapping[str, float] = WITHOUT,
) -> None:
    """Write `relax.py` and what it reads, `start.traj` and `parameters.json`, into `folder`.

    The script is the same for all: an id or a formula pasted into it could be code. The structure
    is in full precision: GPAW refuses cells whose symmetry is lost in the digits of a text file.
    spacing: 1/Å between k-points. hubbard: U of elements in eV.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ase.io.write(folder / "start.traj", AseAtomsAdaptor.get_atoms(structure, msonable=False))
    parameters = {
        "id": name,
        "moments": starting_moments(structure),
        "hubbard": dict(hubbard),
        "kpts": mesh(structure, spacing),
    }
    write_json(folder / "parameters.json", parameters)
    with atomic(folder / "relax.py") as temporary:
        temporary.write_text(SCRIPT, encoding="utf-8")


def arguments(command: str | None) -> list[str]:
    """Say what runs the deck in its folder.

    command: a Python with GPAW, such as `mpiexec -n 8 gpaw python`; None is the Python that runs
    this, which must then hold GPAW (`InputError`).
    """
    if command is not None:
        return [*command.split(), "relax.py"]
    if importlib.util.find_spec("gpaw") is None:
        raise InputError(
            f"config dft.engine: the Python package gpaw is missing from {sys.prefix}: {INSTALL}; "
            "or name a Python that has it in config dft.commands.gpaw"
        )
    return [sys.executable, "relax.py"]


def outcome(folder: Path) -> Outcome:
    """Read what `relax.py` left in a folder."""
    path = folder / "results.json"
    results = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    last = read_state(folder / "last.traj", "traj")
    return Outcome(
        atoms=last,
        released=released(read_state(folder / "first.traj", "traj"), last),
        converged=results.get("converged", False),
        engine=f"GPAW {results['version']}" if results else "GPAW",
        functional=results.get("functional", "PBE"),
        reason=f"forces or stress too large after {results['steps']} steps" if results else "",
    )


def resume(folder: Path) -> None:
    """Make the next run go on from the last state: the script does so by itself."""
    (folder / "results.json").unlink(missing_ok=True)
