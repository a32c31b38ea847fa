"""Decks for Quantum ESPRESSO are read back, and what its output says."""

from pathlib import Path

import ase.io
import pytest
from ase.io.espresso import read_fortran_namelist
from pymatgen.core import Structure
from pymatgen.io.ase import AseAtomsAdaptor
from pymatgen.io.pwscf import PWInput

from builders.decks import CDLI, COHF, COPPER, DECK_SETTINGS, molecule
from ccdcgan.dft.espresso import outcome as espresso_outcome
from ccdcgan.dft.espresso import pseudopotential, write_espresso
from ccdcgan.dft.espresso import resume as resume_espresso


def write_relax_in(structure: Structure, folder: Path) -> Path:
    write_espresso(
        structure,
        folder,
        prefix="ccdcgan-000001",
        pseudopotentials=DECK_SETTINGS.espresso.pseudopotentials,
        cutoff=50.0,
        density_cutoff=400.0,
        spacing=0.3,
    )
    return folder / "relax.in"


def test_espresso_reads_its_deck(tmp_path: Path) -> None:
    path = write_relax_in(CDLI, tmp_path)
    atoms = ase.io.read(path, format="espresso-in")
    assert AseAtomsAdaptor.get_structure(atoms).matches(CDLI)
    deck = PWInput.from_file(path)
    assert deck.sections["control"]["calculation"] == "vc-relax"
    assert deck.sections["system"]["ecutwfc"] == 50
    assert deck.sections["system"]["ecutrho"] == 400
    assert deck.sections["system"]["occupations"] == "smearing"
    assert "nspin" not in deck.sections["system"]
    assert deck.kpoints_grid == (7, 7, 7)
    assert deck.kpoints_shift == (0, 0, 0)
    assert sorted(deck.pseudo.values()) == ["Cd.UPF", "Li.UPF"]


def test_espresso_with_a_magnetic_element(tmp_path: Path) -> None:
    path = write_relax_in(COHF, tmp_path)
    assert AseAtomsAdaptor.get_structure(ase.io.read(path, format="espresso-in")).matches(COHF)
    with path.open() as stream:
        sections, cards = read_fortran_namelist(stream)
    assert sections["system"]["nspin"] == 2
    species = [line.split() for line in cards[1:3]]
    for number, (name, _, file) in enumerate(species, start=1):
        expected = (0.3, "Co.special.UPF") if name == "Co" else (0.0, "Hf.UPF")
        assert (sections["system"][f"starting_magnetization({number})"], file) == expected


def test_espresso_starts_oxygen_as_a_triplet(tmp_path: Path) -> None:
    """Two of the twelve valence electrons of the molecule are unpaired."""
    path = write_relax_in(molecule("O", 1.21), tmp_path / "O2")
    with path.open() as stream:
        system = read_fortran_namelist(stream)[0]["system"]
    assert (system["nspin"], system["ntyp"]) == (2, 1)
    assert system["starting_magnetization(1)"] * 12 == pytest.approx(2)
    path = write_relax_in(molecule("N", 1.10), tmp_path / "N2")
    assert "nspin" not in PWInput.from_file(path).sections["system"]


def test_pseudopotential_names() -> None:
    files = {"default": "{element}.pbe.UPF", "Li": "lithium.UPF"}
    assert pseudopotential("Li", files) == "lithium.UPF"
    assert pseudopotential("Cd", files) == "Cd.pbe.UPF"


PRINTED = """\
     Program PWSCF v.6.7MaX starts on 22Nov2026
     Exchange-correlation= SLA  PW   NOGX NOGC
 %%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%
     Error in routine electrons (1):
     charge is wrong
"""


def test_espresso_names_its_functional_and_its_error(tmp_path: Path) -> None:
    (tmp_path / "relax.out").write_text(PRINTED)
    outcome = espresso_outcome(tmp_path)
    assert (outcome.engine, outcome.functional) == ("Quantum ESPRESSO 6.7MaX", "SLA PW NOGX NOGC")
    assert outcome.reason == "electrons: charge is wrong"
    assert outcome.atoms is None and not outcome.converged


def test_espresso_without_a_state_starts_as_the_deck_says(tmp_path: Path) -> None:
    files = {"default": "{element}.UPF"}
    numbers = {"cutoff": 30.0, "density_cutoff": 120.0, "spacing": 1.0}
    write_espresso(COPPER, tmp_path, prefix="a", pseudopotentials=files, **numbers)
    before = (tmp_path / "relax.in").read_text()
    (tmp_path / "relax.out").write_text(PRINTED)
    resume_espresso(tmp_path)
    assert (tmp_path / "relax.in").read_text() == before
    assert (tmp_path / "previous.out").is_file()
