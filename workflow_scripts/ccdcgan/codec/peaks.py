"""Atoms in decoded images."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter

from ccdcgan.networks.autoencoder import (
    SITE_SIGMA,
)

Array = NDArray[np.float32]


def peaks_of_images(
    images: Array, threshold: float, sigma: float = SITE_SIGMA
) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Fractional coordinates (k, 3) and heights (k) of the peaks in periodic images (n, g, g, g).

    A peak is the highest voxel within about `sigma` of it whose height, extrapolated to the true
    centre of a Gaussian of width `sigma` (voxels), exceeds `threshold`; the highest comes first.
    The centre follows from the logarithms of the six neighbours, exactly so for an atom that
    stands alone.
    """
    grid = images.shape[-1]
    modes = ("nearest", "wrap", "wrap", "wrap")
    lowest = threshold * np.exp(-0.5 * 3 * 0.25 / sigma**2)  # centre in the corner of a voxel
    size = (1, *(2 * max(1, round(sigma)) + 1,) * 3)
    peaks = (images == maximum_filter(images, size=size, mode=modes)) & (images > lowest)
    number, *voxel = np.nonzero(peaks)
    centre = np.stack(voxel, axis=1)
    height = np.log(images[number, *voxel])
    offset = np.zeros(centre.shape)
    for axis in range(3):
        step = np.eye(3, dtype=int)[axis]
        up, down = (
            np.log(np.maximum(images[number, *((centre + sign * step) % grid).T], 1e-6))
            for sign in (1, -1)
        )
        curvature = np.maximum(2 * np.log(images[number, *voxel]) - up - down, 1e-3)
        offset[:, axis] = np.clip(0.5 * (up - down) / curvature, -0.5, 0.5)
        height += 0.5 * offset[:, axis] ** 2 / sigma**2
    coords = ((centre + offset) / grid) % 1.0
    order = np.lexsort((-height, number))
    order = order[height[order] > np.log(threshold)]
    bounds = np.searchsorted(number[order], np.arange(len(images) + 1))
    parts = [order[start:stop] for start, stop in pairwise(bounds)]
    return [(coords[part], np.exp(height[part])) for part in parts]
