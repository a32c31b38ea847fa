"""A property depends on nothing but the crystal."""

import numpy as np
import pytest

from builders.gan import CRYSTAL, SMALL, arrays_of, turned
from ccdcgan.crystals.arrays import select
from ccdcgan.networks.constraint import Constraint


def test_a_property_depends_on_nothing_but_the_crystal() -> None:
    model = Constraint(name="energy", kind="atoms", mean=0.0, spread=1.0, **SMALL)
    crystals = arrays_of(CRYSTAL, turned(CRYSTAL), CRYSTAL.copy().apply_strain(0.1))
    narrow = np.asarray(model(select(crystals, np.arange(3))))
    wide = np.asarray(model(crystals))
    np.testing.assert_allclose(narrow, wide, atol=1e-5)
    assert wide[0] == pytest.approx(wide[1], abs=1e-4)
    assert abs(wide[0] - wide[2]) > 1e-3
