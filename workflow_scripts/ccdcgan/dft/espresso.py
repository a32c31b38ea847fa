"""Quantum ESPRESSO: a relaxation of atoms and cell with pw.x."""

from collections.abc import Mapping
from pathlib import Path

import ase.io
from pymatgen.core import Structure
from pymatgen.io.ase import AseAtomsAdaptor

from ccdcgan.dft.candidates import mesh
from ccdcgan.dft.moments import MOMENTS

# Fraction of the valence electrons: every version of pw.x reads a number below 1 so.
STARTING_MAGNETISATION = 0.3
HOW_TO = """\
1. Put the pseudopotentials (PBE) that `espresso/relax.in` names under ATOMIC_SPECIES into a folder.
2. In `espresso`: run `ESPRESSO_PSEUDO=FOLDER pw.x -in relax.in > relax.out`."""


def pseudopotential(element: str, files: Mapping[str, str]) -> str:
    """The file of an element: its own entry, else the entry `default` with {element} filled in."""
    return files.get(element, files["default"].format(element=element))


def write_espresso(
    structure: Structure,
    folder: Path,
    *,
    prefix: str,
    pseudopotentials: Mapping[str, str],
    cutoff: float,
    density_cutoff: float,
    spacing: float,
) -> None:
    """Write `relax.in` for pw.x into `folder`.

    pseudopotentials: file of each element; `default` is the pattern of all others.
    cutoff, density_cutoff: Ry, of the wave functions and of the density.
    spacing: 1/Å between k-points.
    """
    atoms = AseAtomsAdaptor.get_atoms(structure, msonable=False)
    elements = sorted(set(atoms.get_chemical_symbols()))
    magnetic = [STARTING_MAGNETISATION if a.symbol in MOMENTS else 0.0 for a in atoms]
    atoms.set_initial_magnetic_moments(magnetic)
    folder.mkdir(parents=True, exist_ok=True)
    ase.io.write(
        folder / "relax.in",
        atoms,
        format="espresso-in",
        input_data={
            "control": {
                "calculation": "vc-relax",
                "prefix": prefix,
                "outdir": "./out",
                "etot_conv_thr": 1e-5 * len(atoms),
                "forc_conv_thr": 1e-3,
                "nstep": 100,
            },
            "system": {
                "ecutwfc": cutoff,
                "ecutrho": density_cutoff,
                "occupations": "smearing",
                "smearing": "marzari-vanderbilt",
                "degauss": 0.01,
            },
            "electrons": {"conv_thr": 1e-9 * len(atoms), "mixing_beta": 0.4},
            "ions": {"ion_dynamics": "bfgs"},
            "cell": {"cell_dynamics": "bfgs", "press_conv_thr": 0.5},
        },
        pseudopotentials={name: pseudopotential(name, pseudopotentials) for name in elements},
        kpts=mesh(structure, spacing),
        koffset=(0, 0, 0),
        crystal_coordinates=True,
    )
