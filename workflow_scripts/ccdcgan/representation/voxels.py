"""Voxel images of crystals: Gaussians at the sites of an element, and the metric of the lattice.

The two images are those of the paper (section 2.1): 64³ voxels an element for the sites, 32³ for
the lattice. Images are stored as 8-bit numbers, 255 standing for 1.
"""

import numpy as np
from numpy.typing import NDArray

LEVELS = 255


def quantise(image: NDArray[np.floating]) -> NDArray[np.uint8]:
    """Round an image with values in [0, 1] (larger ones are cut) to 8 bits."""
    return np.rint(np.clip(image, 0.0, 1.0) * LEVELS).astype(np.uint8)


def periodic_gaussian(coords: NDArray[np.floating], grid: int, sigma: float) -> NDArray[np.float32]:
    """Draw Gaussians of width `sigma` (voxels) and height 1 on a periodic axis of `grid` voxels.

    `coords` are fractional, of any shape S; the result has the shape (*S, grid). Voxel v stands at
    the fractional coordinate v/grid; each Gaussian is seen at its nearest periodic image.
    """
    offset = np.arange(grid) - np.asarray(coords, dtype=np.float64)[..., None] * grid
    offset -= grid * np.rint(offset / grid)
    return np.exp(-0.5 * (offset / sigma) ** 2).astype(np.float32)


def site_image(
    frac_coords: NDArray[np.floating], grid: int = 64, sigma: float = 2.0
) -> NDArray[np.float32]:
    """Draw the atoms of one element: the sum of a Gaussian at each, at most 1.

    `frac_coords` (n, 3); `sigma` in voxels of the fractional axes, so the image is a product of
    one-dimensional Gaussians and costs n·grid³ operations. Returns (grid, grid, grid).
    """
    axes = periodic_gaussian(frac_coords, grid, sigma)  # (n, 3, grid)
    plane = (axes[:, 0, :, None] * axes[:, 1, None, :]).reshape(len(axes), -1)
    return np.minimum(plane.T @ axes[:, 2], 1.0).reshape(grid, grid, grid)


def lattice_axes(grid: int) -> NDArray[np.float64]:
    """Return the fractional coordinates (grid³, 3), in [-1/2, 1/2), of a lattice image's voxels."""
    axis = np.arange(grid) / grid - 0.5
    return np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1).reshape(-1, 3)


def lattice_image(
    matrix: NDArray[np.floating], grid: int = 32, sigma: float = 2.0
) -> NDArray[np.float32]:
    """Draw a Gaussian of `sigma` (Å) at the centre of the cell with the axes `matrix` (3, 3; Å).

    −2σ² ln I is the quadratic form of the metric tensor, so the image holds the lattice up to a
    rotation. Returns (grid, grid, grid).
    """
    cartesian = lattice_axes(grid) @ np.asarray(matrix, dtype=np.float64)
    image = np.exp(-0.5 * (cartesian**2).sum(axis=1) / sigma**2)
    return image.reshape(grid, grid, grid).astype(np.float32)


def metric_from_image(image: NDArray[np.floating], sigma: float) -> NDArray[np.float64]:
    """Fit the metric tensor (3, 3; Å²) to a lattice image of any cubic grid, by least squares.

    Each voxel is weighted with its intensity, since noise in I enters ln I as 1/I.
    """
    axes = lattice_axes(image.shape[0])
    intensity = np.clip(np.asarray(image, dtype=np.float64).ravel(), 1e-6, 1.0)
    x, y, z = axes.T
    design = np.stack([x * x, y * y, z * z, 2 * y * z, 2 * x * z, 2 * x * y], axis=1)
    target = -2 * sigma**2 * np.log(intensity)
    solution, *_ = np.linalg.lstsq(design * intensity[:, None], target * intensity, rcond=None)
    xx, yy, zz, yz, xz, xy = solution
    return np.array([[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]])
