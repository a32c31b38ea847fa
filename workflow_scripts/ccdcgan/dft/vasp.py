"""VASP: a relaxation and a static calculation with the Materials Project's settings."""

import warnings
from pathlib import Path

from pymatgen.core import SETTINGS, Structure
from pymatgen.io.vasp.inputs import KpointsSupportedModes
from pymatgen.io.vasp.sets import BadInputSetWarning, MPRelaxSet, MPStaticSet, VaspInputSet
from pymatgen.symmetry.analyzer import SpacegroupAnalyzer

from ccdcgan.errors import InputError

MIN_TETRAHEDRON = 4  # irreducible k-points below which VASP refuses the tetrahedron method
HOW_TO = """\
1. Where a folder holds `POTCAR.spec`, make `POTCAR` from your licensed PBE set, in that order.
2. In `vasp/relax`: run `vasp_std`.
3. Copy `vasp/relax/CONTCAR` to `vasp/static/POSCAR`, then run `vasp_std` in `vasp/static`."""


def write_vasp(structure: Structure, folder: Path) -> None:
    """Write `relax` (MPRelaxSet) and `static` (MPStaticSet) below `folder`.

    POTCAR where pymatgen knows a licensed set (PMG_VASP_PSP_DIR), else POTCAR.spec, which names
    the potentials. Raises `InputError` if the set has no potential for an element.
    """
    for name, kind in (("relax", MPRelaxSet), ("static", MPStaticSet)):
        try:
            with warnings.catch_warnings():
                # The set relaxes metals with tetrahedra, as the Materials Project does, and
                # starts each atom with the moment of the Project: both are meant.
                warnings.simplefilter("ignore", BadInputSetWarning)
                warnings.filterwarnings("ignore", message=".*initialized as low spin.*")
                inputs = _few_points(kind(structure), structure)
                inputs.write_input(
                    str(folder / name), potcar_spec=not SETTINGS.get("PMG_VASP_PSP_DIR")
                )
        except KeyError as error:
            raise InputError(f"{kind.__name__} has no potential for {error}") from None


def _few_points(inputs: VaspInputSet, structure: Structure) -> VaspInputSet:
    """Gaussian smearing where the tetrahedron method would have too few irreducible k-points."""
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
