"""Sizes of a small autoencoder, and atoms for it to see."""

import numpy as np

SIZES = {"network": "dense", "latent": 96, "width": 128, "blocks": 1}
SITE_VOXELS = {"grid": 64, "sigma": 2.0}
ATOMS = np.array(
    [[0.02, 0.51, 0.98], [0.45, 0.2, 0.31], [0.83, 0.77, 0.66], [0.3, 0.8, 0.1]], dtype="float32"
)
