"""VASP: a relaxation and a static calculation with the Materials Project's settings."""

import shutil
import sys
import warnings
from pathlib import Path
from typing import Any

from ase.calculators.singlepoint import SinglePointCalculator
from pymatgen.core import SETTINGS, Structure
from pymatgen.io.ase import AseAtomsAdaptor
from pymatgen.io.vasp.inputs import KpointsSupportedModes
from pymatgen.io.vasp.outputs import Vasprun
from pymatgen.io.vasp.sets import BadInputSetWarning, MPRelaxSet, MPStaticSet, VaspInputSet
from pymatgen.symmetry.analyzer import SpacegroupAnalyzer

from ccdcgan.core.artifacts import atomic
from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.dft import Hubbard
from ccdcgan.dft.moments import TRIPLET, starts_as_triplet
from ccdcgan.dft.outcome import Outcome

MIN_TETRAHEDRON = 4  # irreducible k-points below which VASP refuses the tetrahedron method
HOW_TO = """\
1. Where a folder holds `POTCAR.spec`, make `POTCAR` from your licensed PBE set, in that order.
2. In `vasp/relax`: run `vasp_std`.
3. Copy `vasp/relax/CONTCAR` to `vasp/static/POSCAR`, then run `vasp_std` in `vasp/static`.

Steps 2 and 3 under custodian, which mends what it can: `python run.py vasp_std` in `vasp`."""
INSTALL = "VASP needs a licence: build it and name it in config dft.commands.vasp"
OUTPUT = "custodian.out"
FIRST = "first"
"""The folder with the output of the first relaxation, once there is a second."""
SCRIPT = '''\
"""Relax, then compute the energy, with VASP under custodian: python run.py COMMAND [ARG ...]"""

import shutil
import sys
from pathlib import Path

from custodian import Custodian
from custodian.vasp.handlers import (
    FrozenJobErrorHandler,
    NonConvergingErrorHandler,
    PositiveEnergyErrorHandler,
    StdErrHandler,
    UnconvergedErrorHandler,
    VaspErrorHandler,
)
from custodian.vasp.jobs import VaspJob
from custodian.vasp.validators import VaspFilesValidator, VasprunXMLValidator

HERE = Path(__file__).resolve().parent


def run(folder):
    handlers = [
        VaspErrorHandler(),
        UnconvergedErrorHandler(),
        NonConvergingErrorHandler(),
        PositiveEnergyErrorHandler(),
        FrozenJobErrorHandler(),
        StdErrHandler(),
    ]
    Custodian(
        handlers,
        [VaspJob(sys.argv[1:])],
        validators=[VasprunXMLValidator(), VaspFilesValidator()],
        max_errors=5,
        polling_time_step=1,
        monitor_freq=60,
        directory=str(folder),
    ).run()


run(HERE / "relax")
shutil.copy(HERE / "relax" / "CONTCAR", HERE / "static" / "POSCAR")
run(HERE / "static")
'''


def write_vasp(structure: Structure, folder: Path, *, hubbard: Hubbard = "mp") -> None:
    """Write `relax` (MPRelaxSet), `static` (MPStaticSet) and `run.py` below `folder`.

    hubbard: `mp` for the U of the sets, `none` for PBE alone.

    POTCAR where pymatgen knows a licensed set (PMG_VASP_PSP_DIR), else POTCAR.spec, which names
    the potentials. Raises `InputError` if the set has no potential for an element.
    """
    # The set's own moments everywhere else: they are those of the Materials Project.
    own: dict[str, Any] = {"MAGMOM": TRIPLET} if starts_as_triplet(structure) else {}
    if hubbard == "none":
        own["LDAU"] = False
    for name, kind in (("relax", MPRelaxSet), ("static", MPStaticSet)):
        try:
            with warnings.catch_warnings():
                # The set relaxes metals with tetrahedra, as the Materials Project does, and
                # starts each atom with the moment of the Project: both are meant.
                warnings.simplefilter("ignore", BadInputSetWarning)
                warnings.filterwarnings("ignore", message=".*initialized as low spin.*")
                inputs = _few_points(kind(structure, user_incar_settings=own), structure)
                inputs.write_input(
                    str(folder / name), potcar_spec=not SETTINGS.get("PMG_VASP_PSP_DIR")
                )
        except KeyError as error:
            raise InputError(f"{kind.__name__} has no potential for {error}") from None
    with atomic(folder / "run.py") as temporary:
        temporary.write_text(SCRIPT, encoding="utf-8")


def _few_points(inputs: VaspInputSet, structure: Structure) -> VaspInputSet:
    """Smear by Gaussians where the tetrahedron method would have too few irreducible k-points."""
    points = inputs.kpoints
    assert points is not None
    mesh = points.kpts[0]
    # A Monkhorst-Pack mesh misses Γ along the axes with an even number of points.
    monkhorst = points.style is KpointsSupportedModes.Monkhorst
    first, second, third = (float(monkhorst and number % 2 == 0) for number in mesh)
    analyser = SpacegroupAnalyzer(structure)
    irreducible = analyser.get_ir_reciprocal_mesh(mesh, (first, second, third))
    if len(irreducible) < MIN_TETRAHEDRON:
        inputs.user_incar_settings |= {"ISMEAR": 0, "SIGMA": 0.05}
    return inputs


def arguments(command: str) -> list[str]:
    """Say what runs the deck under custodian; command: such as `mpirun -n 8 vasp_std`.

    Raises `InputError` where pymatgen knows no licensed potentials: the decks then lack POTCAR.
    """
    if not SETTINGS.get("PMG_VASP_PSP_DIR"):
        raise InputError(
            "config dft.engine: VASP's potentials are missing: name their folder in "
            "PMG_VASP_PSP_DIR (pmg config -p), and the decks are written with POTCAR"
        )
    return [sys.executable, "run.py", *command.split()]


def outcome(folder: Path) -> Outcome:
    """Read what VASP left in a folder: energy and forces are those of the static calculation."""
    relaxation, static = (_vasprun(folder / name) for name in ("relax", "static"))
    last = static or relaxation
    if last is None:
        return Outcome(engine="VASP")
    atoms = AseAtomsAdaptor.get_atoms(last.final_structure, msonable=False)
    atoms.calc = SinglePointCalculator(
        atoms, energy=float(last.final_energy), forces=last.ionic_steps[-1]["forces"]
    )
    relaxed = bool(relaxation and relaxation.converged)
    first = _vasprun(folder / FIRST) or relaxation
    # What custodian has mended it started anew, and the first energy is gone with the old output.
    whole = not list(folder.glob("*/error.*"))
    return Outcome(
        atoms=atoms,
        released=_energy(first, 0) - _energy(relaxation, -1)
        if whole and first is not None and relaxation is not None
        else None,
        converged=bool(relaxed and static and static.converged_electronic),
        engine=f"VASP {last.vasp_version}",
        functional=last.run_type.replace("GGA", "PBE"),  # the sets are of PBE
        reason="the relaxation did not converge" if relaxation and not relaxed else "",
    )


def resume(folder: Path) -> None:
    """Start the relaxation from its last structure; keep the output of the first start."""
    if (folder / "relax" / "vasprun.xml").is_file() and not (folder / FIRST).exists():
        (folder / FIRST).mkdir()
        shutil.copy(folder / "relax" / "vasprun.xml", folder / FIRST)
    for name in ("relax", "static"):
        (folder / name / "vasprun.xml").unlink(missing_ok=True)
    last = folder / "relax" / "CONTCAR"
    if last.is_file() and last.stat().st_size:
        shutil.copy(last, folder / "relax" / "POSCAR")


def _vasprun(folder: Path) -> Vasprun | None:
    """Read the run of a folder; None without a step or where its file breaks off."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            run = Vasprun(
                folder / "vasprun.xml", parse_dos=False, parse_eigen=False, parse_potcar_file=False
            )
        return run if run.ionic_steps else None
    except Exception:  # no file, or an XML that ends in the middle
        return None


def _energy(run: Vasprun, step: int) -> float:
    """Return the energy of an ionic step in eV, for a smearing of zero."""
    return float(run.ionic_steps[step]["e_0_energy"])
