"""Quantum ESPRESSO: a relaxation of atoms and cell with pw.x."""

import re
from collections.abc import Mapping
from pathlib import Path

import ase.io
from pymatgen.core import Structure
from pymatgen.io.ase import AseAtomsAdaptor

from ccdcgan.core.artifacts import atomic
from ccdcgan.dft.candidates import mesh
from ccdcgan.dft.moments import TRIPLET, starting_moments, starts_as_triplet
from ccdcgan.dft.outcome import Outcome, read_state

# Fraction of the valence electrons: every version of pw.x reads a number below 1 so.
STARTING_MAGNETISATION = 0.3
# Of the six valence electrons of oxygen.
TRIPLET_MAGNETISATION = TRIPLET["O"] / 6
HOW_TO = """\
1. Put the pseudopotentials (PBE) that `espresso/relax.in` names under ATOMIC_SPECIES into a folder.
2. In `espresso`: run `ESPRESSO_PSEUDO=FOLDER pw.x -in relax.in > relax.out`."""
INSTALL = "apt-get install quantum-espresso, or conda's qe"
OUTPUT = "relax.out"
FORMAT = "espresso-out"
PBE = ("PBE", "SLA PW PBX PBC")
"""How versions of pw.x call the functional of Perdew, Burke and Ernzerhof."""


def pseudopotential(element: str, files: Mapping[str, str]) -> str:
    """Name the file of an element: its own entry, else `default` with {element} filled in."""
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
    start = TRIPLET_MAGNETISATION if starts_as_triplet(structure) else STARTING_MAGNETISATION
    moments = starting_moments(structure)
    atoms.set_initial_magnetic_moments([start if a.symbol in moments else 0.0 for a in atoms])
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


def arguments(command: str) -> list[str]:
    """Say what runs the deck in its folder; command: pw.x, such as `mpirun -n 8 pw.x`."""
    return [*command.split(), "-in", "relax.in"]


def outcome(folder: Path) -> Outcome:
    """Read what pw.x left in a folder."""
    path = folder / OUTPUT
    text = path.read_text(errors="replace") if path.is_file() else ""
    version = re.search(r"Program PWSCF v\.(\S+)", text)
    functional = re.search(r"Exchange-correlation *= *(.+)", text)
    name = " ".join(functional[1].split()) if functional else ""
    return Outcome(
        atoms=read_state(path, FORMAT),
        converged="bfgs converged in" in text and "JOB DONE." in text,
        engine=f"Quantum ESPRESSO {version[1]}" if version else "Quantum ESPRESSO",
        functional="PBE" if name.startswith(PBE) else name,
        reason=_reason(text),
    )


def resume(folder: Path) -> None:
    """Put the last structure of the output into the input, and the output aside."""
    state = read_state(folder / OUTPUT, FORMAT)
    if state is not None:
        deck = folder / "relax.in"
        head, _, cards = deck.read_text().partition("CELL_PARAMETERS")
        labels = [
            line.split()[0]
            for line in cards.partition("ATOMIC_POSITIONS")[2].split("\n")[1:]
            if line.strip()
        ]
        rows = [
            "CELL_PARAMETERS angstrom",
            *(" ".join(f"{number:.14f}" for number in row) for row in state.cell),
            "",
            "ATOMIC_POSITIONS crystal",
        ]
        for label, place in zip(labels, state.get_scaled_positions(), strict=True):
            rows.append(" ".join([label, *(f"{number:.10f}" for number in place)]))
        with atomic(deck) as temporary:
            temporary.write_text(head + "\n".join(rows) + "\n")
    if (folder / OUTPUT).is_file():
        (folder / OUTPUT).replace(folder / "previous.out")


def _reason(text: str) -> str:
    error = re.search(r"Error in routine (\S+) \(.*\): *\n(.*)", text)
    if error:
        return f"{error[1]}: {error[2].strip()}"
    if "convergence NOT achieved" in text:
        return "no self-consistency"
    return "too many steps" if "maximum number of steps has been reached" in text else ""
