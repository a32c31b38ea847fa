"""Lattices from metrics, and images that hold none."""

import numpy as np
from pymatgen.core import Lattice

from ccdcgan.codec.decode import lattice_of_metric
from ccdcgan.representation.voxels import (
    LEVELS,
    lattice_image,
    metric_from_image,
    quantise,
)


def test_lattice_survives_eight_bits_and_every_fourth_voxel() -> None:
    lattice = Lattice.from_parameters(3.1, 4.2, 9.7, 75, 95, 118)
    image = quantise(lattice_image(lattice.matrix))[::4, ::4, ::4] / LEVELS
    found = lattice_of_metric(metric_from_image(image, 2.0))
    assert found is not None
    np.testing.assert_allclose(found.abc, lattice.abc, rtol=0.02)
    np.testing.assert_allclose(found.angles, lattice.angles, atol=1.5)


def test_an_image_without_a_metric_has_no_lattice() -> None:
    assert lattice_of_metric(metric_from_image(np.ones((8, 8, 8)), 2.0)) is None
