"""What a calculation left, in numbers an atom."""

from pathlib import Path

import ase.io
import numpy as np
import pytest
from ase import Atoms
from ase.calculators.singlepoint import SinglePointCalculator

from ccdcgan.dft.outcome import Outcome, read_state, released


def atoms(**results: object) -> Atoms:
    made = Atoms("CsCl", scaled_positions=[[0] * 3, [0.5] * 3], cell=[4.0] * 3, pbc=True)
    made.calc = SinglePointCalculator(made, **results)
    return made


def test_numbers_are_those_of_an_atom() -> None:
    state = Outcome(atoms(energy=-6.0, forces=np.array([[0, 0, 0.3], [0.3, 0, -0.4]])))
    assert state.energy_per_atom == -3.0
    assert state.volume_per_atom == pytest.approx(32.0)
    assert state.max_force == pytest.approx(0.5)
    assert state.structure is not None and state.structure.formula == "Cs1 Cl1"


def test_what_was_released_counts_from_the_first_state() -> None:
    first, last = atoms(energy=-5.0), atoms(energy=-6.0)
    assert released(first, last) == 1.0
    assert released(None, last) is None and released(first, None) is None
    assert Outcome(last, released=1.0).released_per_atom == 0.5
    assert Outcome(last).released_per_atom is None


def test_what_is_not_known_is_none() -> None:
    assert Outcome(atoms(energy=-6.0)).max_force is None
    nothing = Outcome()
    assert not nothing.converged and nothing.structure is None
    assert (nothing.energy_per_atom, nothing.volume_per_atom, nothing.max_force) == (None,) * 3


def test_a_state_comes_back_with_its_energy(tmp_path: Path) -> None:
    state = Outcome(atoms(energy=-6.0, forces=np.full((2, 3), 0.1)))
    state.write(tmp_path / "a.xyz", "dcgan-000001")
    found = read_state(tmp_path / "a.xyz", "extxyz")
    assert found is not None and found.get_potential_energy() == -6.0
    assert found.info["id"] == "dcgan-000001"
    np.testing.assert_allclose(found.cell.lengths(), 4.0)


def test_no_state_is_an_empty_file_and_read_as_none(tmp_path: Path) -> None:
    Outcome().write(tmp_path / "none.xyz", "dcgan-000001")
    assert (tmp_path / "none.xyz").read_bytes() == b""
    assert read_state(tmp_path / "none.xyz", "extxyz") is None
    assert read_state(tmp_path / "missing.xyz", "extxyz") is None
    ase.io.write(tmp_path / "cut.xyz", atoms(energy=-6.0), format="extxyz")
    text = (tmp_path / "cut.xyz").read_text()
    (tmp_path / "cut.xyz").write_text(text[:-30])
    assert read_state(tmp_path / "cut.xyz", "extxyz") is None
