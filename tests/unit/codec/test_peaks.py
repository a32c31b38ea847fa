"""Atoms between the voxels of an image."""

import numpy as np

from ccdcgan.codec.peaks import peaks_of_images
from ccdcgan.representation.voxels import (
    site_image,
)


def test_atoms_are_found_between_the_voxels() -> None:
    coords = np.array([[0.01, 0.52, 0.99], [0.45, 0.21, 0.33], [0.83, 0.77, 0.66]])
    image = site_image(coords, 16, 0.75)
    ((found, heights),) = peaks_of_images(image[None], threshold=0.4)
    assert (heights > 0.9).all() and (np.diff(heights) <= 0).all()
    assert len(found) == 3
    offset = found[:, None] - coords[None]
    nearest = np.abs(offset - np.rint(offset)).max(axis=-1).min(axis=0)
    assert nearest.max() < 0.002


def test_an_empty_image_has_no_atom() -> None:
    ((found, _),) = peaks_of_images(np.full((1, 16, 16, 16), 1e-4), threshold=0.4)
    assert len(found) == 0
