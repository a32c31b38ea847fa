"""Crystals in extended XYZ come back as they were written."""

import numpy as np

from builders.screening import CRYSTALS
from ccdcgan.crystals.archives import read_crystals, write_crystals
from ccdcgan.crystals.matching import displacement


def test_crystals_come_back_as_written(tmp_path) -> None:
    path = tmp_path / "crystals.extxyz"
    write_crystals(path, CRYSTALS)
    back = read_crystals(path)
    assert list(back) == list(CRYSTALS)
    for name, crystal in CRYSTALS.items():
        assert [s.symbol for s in back[name].species] == [s.symbol for s in crystal.species]
        np.testing.assert_allclose(back[name].lattice.matrix, crystal.lattice.matrix, atol=1e-7)
        assert displacement(back[name], crystal) < 1e-6
    write_crystals(path, {})
    assert read_crystals(path) == {}
