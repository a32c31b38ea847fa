"""Voxel images: what they show."""

import numpy as np
from pymatgen.core import Lattice

from ccdcgan.representation.voxels import (
    lattice_image,
    metric_from_image,
    site_image,
)


def plain_site_image(coords: np.ndarray, grid: int, sigma: float) -> np.ndarray:
    """Gaussians laid by hand, voxel by voxel along each axis."""
    image = np.zeros((grid,) * 3)
    axis = np.arange(grid)
    for atom in coords * grid:
        distance = [np.minimum(abs(axis - x), grid - abs(axis - x)) for x in atom]
        squared = sum(np.square(d)[tuple(slice(None) if i == k else None for i in range(3))]
                      for k, d in enumerate(distance))  # fmt: skip
        image += np.exp(-0.5 * squared / sigma**2)
    return np.minimum(image, 1)


def test_site_image_is_the_sum_of_periodic_gaussians() -> None:
    coords = np.random.default_rng(1).random((5, 3))
    expected = plain_site_image(coords, 64, 2.0)
    np.testing.assert_allclose(site_image(coords, 64, 2.0), expected, atol=2e-6)


def test_lattice_image_holds_the_metric() -> None:
    matrix = Lattice.from_parameters(3.1, 4.2, 9.7, 75, 95, 118).matrix
    metric = metric_from_image(lattice_image(matrix, 32, 2.0), 2.0)
    np.testing.assert_allclose(metric, matrix @ matrix.T, rtol=1e-3, atol=1e-3)
