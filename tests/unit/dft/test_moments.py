"""Moments to start from, held against electron counts."""

import pytest
from pymatgen.core import Element, Lattice, Structure

from builders.decks import CDLI, COHF, COO, molecule
from ccdcgan.dft.moments import IONS, MOMENTS, starting_moments

LANTHANIDES = [symbol for symbol in MOMENTS if Element(symbol).is_lanthanoid]


@pytest.mark.parametrize("symbol", sorted(LANTHANIDES))
def test_a_lanthanide_has_the_spin_of_its_shell(symbol: str) -> None:
    """Three electrons are in bonds; two of europium, whose half-filled shell is kept."""
    electrons = Element(symbol).Z - (56 if symbol == "Eu" else 57)
    assert MOMENTS[symbol] == min(electrons, 14 - electrons)


def test_only_open_shells_have_a_moment() -> None:
    assert {Element(symbol).block for symbol in MOMENTS} == {"d", "f"}
    assert all(0 < moment <= 7 for moment in MOMENTS.values())
    metals = [s for s in MOMENTS if Element(s).block == "d"]
    assert {Element(symbol).row for symbol in metals} == {4}
    assert not {"Zn", "Cu", "Sc", "La", "Yb", "Lu"} & set(MOMENTS)


def test_molecular_oxygen_starts_as_a_triplet() -> None:
    """Two unpaired electrons of two atoms."""
    oxygen = molecule("O", 1.21)
    assert starting_moments(oxygen) == {"O": 1.0}
    assert sum(starting_moments(oxygen)[site.specie.symbol] for site in oxygen) == 2


@pytest.mark.parametrize(("symbol", "bond"), [("H", 0.74), ("N", 1.10), ("F", 1.41), ("Cl", 1.99)])
def test_other_molecules_start_as_singlets(symbol: str, bond: float) -> None:
    assert starting_moments(molecule(symbol, bond)) == {}


def test_a_compound_starts_with_the_moments_of_its_metals() -> None:
    assert starting_moments(COO) == {"Co": 2.0}
    assert starting_moments(COHF) == {"Co": 2.0}
    assert starting_moments(CDLI) == {}


@pytest.mark.parametrize("metal", sorted(IONS))
def test_metals_of_open_shells_in_oxides_alone_have_that_of_two_electrons(metal: str) -> None:
    lattice, places = Lattice.cubic(3), [[0] * 3, [0.5] * 3]
    for anion, moments in (("O", {metal: 2.0}), ("F", {metal: 2.0}), ("S", {}), ("Ti", {})):
        assert starting_moments(Structure(lattice, [metal, anion], places)) == moments
