"""Quantum ESPRESSO: a relaxation of atoms and cell with pw.x."""

import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import ase.io
from pymatgen.core import Structure
from pymatgen.io.ase import AseAtomsAdaptor

from ccdcgan.core.artifacts import atomic
from ccdcgan.core.errors import InputError
from ccdcgan.core.jobs import environment_without_key
from ccdcgan.dft.candidates import mesh
from ccdcgan.dft.hubbard import WITHOUT, d_shell
from ccdcgan.dft.moments import TRIPLET, starting_moments, starts_as_triplet
from ccdcgan.dft.outcome import Outcome, read_state, released

# Fraction of the valence electrons: every version of pw.x reads a number below 1 so.
STARTING_MAGNETISATION = 0.3
# Of the six valence electrons of oxygen.
TRIPLET_MAGNETISATION = TRIPLET["O"] / 6
HOW_TO = """\
1. Put the pseudopotentials (PBE) that `espresso/relax.in` names under ATOMIC_SPECIES into a folder.
2. In `espresso`: run `ESPRESSO_PSEUDO=FOLDER pw.x -in relax.in > relax.out`.

A deck with a HUBBARD card needs pw.x 7.1 or newer, as older ones compute without U, and
pseudopotentials that hold the atomic wave functions of its metals."""
INSTALL = "apt-get install quantum-espresso, or conda's qe"
OUTPUT = "relax.out"
FIRST = "first.out"
"""The output of the first start, once there is a second."""
FORMAT = "espresso-out"
CARD = "HUBBARD"
READS_CARD = (7, 1)
"""Version of pw.x that first read the card of Hubbard parameters."""
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
    hubbard: Mapping[str, float] = WITHOUT,
) -> None:
    """Write `relax.in` for pw.x into `folder`.

    pseudopotentials: file of each element; `default` is the pattern of all others.
    cutoff, density_cutoff: Ry, of the wave functions and of the density.
    spacing: 1/Å between k-points.
    hubbard: U of elements in eV, on the d shells made of orthogonalised atomic wave functions.
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
        additional_cards=_hubbard_card(hubbard),
    )


def _hubbard_card(hubbard: Mapping[str, float]) -> list[str]:
    """Write the card of pw.x 7.1 and newer; every atom of an element is of one species."""
    if not hubbard:
        return []
    values = [f"U {symbol}-{d_shell(symbol)} {value}" for symbol, value in hubbard.items()]
    return ["", f"{CARD} (ortho-atomic)", *values]


def check_reads_hubbard(arguments: Sequence[str]) -> None:
    """Raise `InputError` if pw.x is so old that it leaves out the HUBBARD card.

    arguments: of this module. A program that does not name its version passes here: `outcome` looks
    once more.
    """
    with TemporaryDirectory() as folder:  # without a deck pw.x names its version and ends
        try:
            shown = subprocess.run(
                arguments,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment_without_key(),
                timeout=60,
            ).stdout
        except (OSError, subprocess.TimeoutExpired):
            return
    version = _version(shown.decode(errors="replace"))
    if _is_old(version):
        raise InputError(
            f"config dft.commands.espresso: pw.x {version} leaves out the HUBBARD card of this "
            "system's decks: name one of 7.1 or newer, or compute without U by dft.hubbard: none"
        )


def arguments(command: str) -> list[str]:
    """Say what runs the deck in its folder; command: pw.x, such as `mpirun -n 8 pw.x`."""
    return [*command.split(), "-in", "relax.in"]


def outcome(folder: Path) -> Outcome:
    """Read what pw.x left in a folder."""
    path = folder / OUTPUT
    text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    version = _version(text)
    functional = re.search(r"Exchange-correlation *= *(.+)", text)
    name = " ".join(functional[1].split()) if functional else ""
    name = "PBE" if name.startswith(PBE) else name
    deck = folder / "relax.in"
    asked = deck.is_file() and f"\n{CARD} " in deck.read_text(encoding="utf-8")
    given = "Hubbard projectors:" in text
    ignored = f"pw.x {version} leaves out the HUBBARD card: 7.1 or newer reads it"
    last = read_state(path, FORMAT)
    began = folder / FIRST if (folder / FIRST).is_file() else path
    return Outcome(
        atoms=last,
        released=released(read_state(began, FORMAT, 0), last),
        converged="bfgs converged in" in text and "JOB DONE." in text and asked == given,
        engine=f"Quantum ESPRESSO {version}".rstrip(),
        functional=f"{name}+U" if given else name,
        reason=ignored if asked and _is_old(version) else _reason(text),
    )


def resume(folder: Path) -> None:
    """Put the last structure of the output into the input, and the output aside."""
    state = read_state(folder / OUTPUT, FORMAT)
    if state is not None:
        deck = folder / "relax.in"
        head, _, cards = deck.read_text(encoding="utf-8").partition("CELL_PARAMETERS")
        lines = cards.partition("ATOMIC_POSITIONS")[2].split("\n")[1:]
        lines = [line for line in lines if line.strip()]
        labels = [line.split()[0] for line in lines[: len(state)]]
        rows = [
            "CELL_PARAMETERS angstrom",
            *(" ".join(f"{number:.14f}" for number in row) for row in state.cell),
            "",
            "ATOMIC_POSITIONS crystal",
        ]
        for label, place in zip(labels, state.get_scaled_positions(), strict=True):
            rows.append(" ".join([label, *(f"{number:.10f}" for number in place)]))
        rows += ["", *lines[len(state) :]] if lines[len(state) :] else []
        with atomic(deck) as temporary:
            temporary.write_text(head + "\n".join(rows) + "\n", encoding="utf-8")
    if (folder / OUTPUT).is_file():
        aside = "previous.out" if (folder / FIRST).is_file() else FIRST
        (folder / OUTPUT).replace(folder / aside)


def _version(text: str) -> str:
    """Return the version that pw.x prints, such as `6.7MaX`; empty without one."""
    found = re.search(r"Program PWSCF v\.(\S+)", text)
    return found[1] if found else ""


def _is_old(version: str) -> bool:
    """Say whether a version is known to be older than the HUBBARD card."""
    numbers = re.match(r"(\d+)\.(\d+)", version)
    return numbers is not None and (int(numbers[1]), int(numbers[2])) < READS_CARD


def _reason(text: str) -> str:
    error = re.search(r"Error in routine (\S+) \(.*\): *\n(.*)", text)
    if error:
        return f"{error[1]}: {error[2].strip()}"
    if "convergence NOT achieved" in text:
        return "no self-consistency"
    return "too many steps" if "maximum number of steps has been reached" in text else ""
