"""Decks for Quantum ESPRESSO are read back, and what its output says."""

from collections.abc import Mapping
from pathlib import Path

import ase.io
import pytest
from ase.calculators.singlepoint import SinglePointCalculator
from ase.io.espresso import read_fortran_namelist
from pymatgen.core import Structure
from pymatgen.io.ase import AseAtomsAdaptor
from pymatgen.io.pwscf import PWInput

from builders.decks import CDLI, COHF, COO, COPPER, DECK_SETTINGS, molecule
from ccdcgan.core.errors import InputError
from ccdcgan.dft import espresso
from ccdcgan.dft.espresso import check_reads_hubbard, pseudopotential, write_espresso
from ccdcgan.dft.espresso import outcome as espresso_outcome
from ccdcgan.dft.espresso import resume as resume_espresso
from ccdcgan.dft.hubbard import WITHOUT


def write_relax_in(
    structure: Structure, folder: Path, hubbard: Mapping[str, float] = WITHOUT
) -> Path:
    write_espresso(
        structure,
        folder,
        prefix="ccdcgan-000001",
        pseudopotentials=DECK_SETTINGS.espresso.pseudopotentials,
        cutoff=50.0,
        density_cutoff=400.0,
        spacing=0.3,
        hubbard=hubbard,
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


def test_espresso_takes_a_hubbard_u(tmp_path: Path) -> None:
    """The card names the species of the deck and the shell: 3d, 4d or 5d by the metal's row."""
    path = write_relax_in(COO, tmp_path, {"Co": 3.32})
    cards = path.read_text().partition("ATOMIC_SPECIES")[2].split("\n")
    assert cards[cards.index("HUBBARD (ortho-atomic)") + 1] == "U Co-3d 3.32"
    species = [line.split()[0] for line in cards[1:3]]
    assert sorted(species) == ["Co", "O"]
    assert AseAtomsAdaptor.get_structure(ase.io.read(path, format="espresso-in")).matches(COO)
    path = write_relax_in(COO, tmp_path / "w", {"Mo": 4.38, "W": 6.2})
    assert path.read_text().endswith("HUBBARD (ortho-atomic)\nU Mo-4d 4.38\nU W-5d 6.2\n")
    assert "HUBBARD" not in write_relax_in(COO, tmp_path / "without").read_text()


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
    assert (tmp_path / "first.out").is_file()
    (tmp_path / "relax.out").write_text("second")
    resume_espresso(tmp_path)
    assert (tmp_path / "first.out").read_text() == PRINTED
    assert (tmp_path / "previous.out").read_text() == "second"


SUMMARY = """\
     Program PWSCF v.{version} starts on 22Nov2026
     Exchange-correlation= PBE
{hubbard}
     bfgs converged in   3 scf cycles and   2 bfgs steps
     JOB DONE.
"""


@pytest.mark.parametrize(
    ("version", "hubbard", "converged", "functional", "reason"),
    [
        ("7.3", "     Hubbard projectors: ortho-atomic", True, "PBE+U", ""),
        ("6.7MaX", "", False, "PBE", "pw.x 6.7MaX leaves out the HUBBARD card: 7.1 or newer reads"),
        ("7.0", "", False, "PBE", "pw.x 7.0 leaves out the HUBBARD card"),
        ("7.10", "     Hubbard projectors: ortho-atomic", True, "PBE+U", ""),
    ],
)
def test_espresso_without_its_hubbard_card_has_not_converged(
    tmp_path: Path, version: str, hubbard: str, converged: bool, functional: str, reason: str
) -> None:
    write_relax_in(COO, tmp_path, {"Co": 3.32})
    (tmp_path / "relax.out").write_text(SUMMARY.format(version=version, hubbard=hubbard))
    outcome = espresso_outcome(tmp_path)
    assert (outcome.converged, outcome.functional) == (converged, functional)
    assert outcome.reason.startswith(reason)
    if not reason:
        assert outcome.reason == ""


def stand_in(folder: Path, version: str) -> list[str]:
    """A program that does what pw.x does without a deck: it names its version and fails."""
    program = folder / "pw.x"
    program.write_text(f"#!/bin/sh\necho '     Program PWSCF v.{version} starts'\nexit 1\n")
    program.chmod(0o755)
    return [str(program), "-in", "relax.in"]


def test_an_old_espresso_is_refused_before_it_leaves_out_a_u(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"pw\.x 6\.7MaX leaves out the HUBBARD card") as caught:
        check_reads_hubbard(stand_in(tmp_path, "6.7MaX"))
    assert "\n" not in str(caught.value)
    check_reads_hubbard(stand_in(tmp_path, "7.1"))
    check_reads_hubbard([str(tmp_path / "none")])


def test_espresso_resumes_with_its_hubbard_card(tmp_path: Path) -> None:
    path = write_relax_in(COO, tmp_path, {"Co": 3.32})
    before = path.read_text()
    structure = COO.copy().apply_strain(0.01)
    state = AseAtomsAdaptor.get_atoms(structure, msonable=False)
    state.calc = SinglePointCalculator(state, energy=-1.0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(espresso, "read_state", lambda *_: state)
        resume_espresso(tmp_path)
    after = path.read_text()
    assert after.partition("HUBBARD")[2] == before.partition("HUBBARD")[2]
    cell = ase.io.read(path, format="espresso-in").cell
    assert cell.volume == pytest.approx(structure.volume)
