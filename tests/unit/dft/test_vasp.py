"""Decks for VASP are read back by pymatgen."""

from pathlib import Path

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure
from pymatgen.io.vasp import Incar, Kpoints, Poscar
from pymatgen.io.vasp.inputs import VaspInput

from builders.decks import CDLI, COHF, COO, molecule
from ccdcgan.core.errors import InputError
from ccdcgan.dft.vasp import write_vasp


def test_vasp_reads_its_decks(tmp_path: Path) -> None:
    write_vasp(COHF, tmp_path)
    for name in ("relax", "static"):
        folder = tmp_path / name
        assert Poscar.from_file(folder / "POSCAR").structure.matches(COHF)
        incar = Incar.from_file(folder / "INCAR")
        assert incar["ISPIN"] == 2
        assert incar["ENCUT"] == 520
        assert incar["ISMEAR"] == -5
        assert np.prod(Kpoints.from_file(folder / "KPOINTS").kpts[0]) >= 64
        assert (folder / "POTCAR.spec").read_text().split() == ["Hf_pv", "Co"]
        assert not incar.check_params()
    assert Incar.from_file(tmp_path / "relax" / "INCAR")["ISIF"] == 3
    assert Incar.from_file(tmp_path / "static" / "INCAR")["NSW"] == 0


def test_vasp_input_as_a_whole(tmp_path: Path) -> None:
    write_vasp(CDLI, tmp_path)
    (tmp_path / "relax" / "POTCAR.spec").rename(tmp_path / "relax" / "POTCAR.names")
    inputs = VaspInput.from_directory(tmp_path / "relax", optional_files=None)
    assert inputs["POSCAR"].site_symbols == ["Li", "Cd"]


def test_vasp_takes_the_sets_hubbard_u(tmp_path: Path) -> None:
    write_vasp(COO, tmp_path)
    incar = Incar.from_file(tmp_path / "relax" / "INCAR")
    assert incar["LDAU"]
    assert incar["LDAUU"] == [3.32, 0]
    write_vasp(COO, tmp_path / "without", hubbard="none")
    for name in ("relax", "static"):
        incar = Incar.from_file(tmp_path / "without" / name / "INCAR")
        assert not incar["LDAU"] and "LDAUU" not in incar


def test_vasp_starts_oxygen_as_a_triplet(tmp_path: Path) -> None:
    write_vasp(molecule("O", 1.21), tmp_path / "O2")
    write_vasp(molecule("N", 1.10), tmp_path / "N2")
    for name in ("relax", "static"):
        incar = Incar.from_file(tmp_path / "O2" / name / "INCAR")
        assert (incar["ISPIN"], incar["MAGMOM"]) == (2, [1.0, 1.0])
        assert Incar.from_file(tmp_path / "N2" / name / "INCAR")["MAGMOM"] == [0.6, 0.6]


# Of the 2×2×2 mesh of a face-centred cubic cell only three points are irreducible.
@pytest.mark.parametrize("edge", [30.0, 18.0])
def test_too_few_k_points_for_tetrahedra(tmp_path: Path, edge: float) -> None:
    lattice = Lattice.cubic(edge)
    large = Structure.from_spacegroup("Fm-3m", lattice, ["Cd"], [[0] * 3]).get_primitive_structure()
    write_vasp(large, tmp_path)
    for name in ("relax", "static"):
        incar = Incar.from_file(tmp_path / name / "INCAR")
        assert incar["ISMEAR"] == 0
        assert 0 < incar["SIGMA"] <= 0.1


def test_vasp_without_a_potential_says_so(tmp_path: Path) -> None:
    polonium = Structure(Lattice.cubic(3.35), ["Po"], [[0] * 3])
    with pytest.raises(InputError, match=r"no potential for .*Po"):
        write_vasp(polonium, tmp_path)
