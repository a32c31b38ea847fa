"""Layers against what they stand for."""

import numpy as np

from ccdcgan.networks.layers import LowPass
from ccdcgan.representation.voxels import site_image


def test_low_pass_moves_and_widens_gaussians_exactly() -> None:
    atom = np.array([[0.3, 0.6, 0.9]])
    shift = np.array([[0.11, 0.02, 0.47]], "f4")
    fine = site_image(atom, 32, 1.0)[None]
    found = np.asarray(LowPass(16, 1.0, 0.75)(fine, shift))[0]
    np.testing.assert_allclose(found, site_image(atom + shift, 16, 0.75), atol=0.01)
