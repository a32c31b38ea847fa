"""Moments to start from, held against electron counts."""

import pytest
from pymatgen.core import Element

from ccdcgan.dft.moments import MOMENTS

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
