"""What the denoiser says turns with the crystal."""

import keras
import numpy as np
from scipy.spatial.transform import Rotation

from builders.gan import CRYSTAL, SMALL
from ccdcgan.networks.denoiser import Denoiser


def test_what_the_denoiser_says_turns_with_the_crystal() -> None:
    keras.utils.set_random_seed(0)
    model = Denoiser(**SMALL)
    for weight in model.weights:  # those of the last layers start at zero
        weight.assign(np.random.default_rng(0).normal(0, 0.3, weight.shape))
    crystal = CRYSTAL.copy().perturb(0.2)
    species = np.array([crystal.atomic_numbers], "i4")
    inputs = {"species": species, "coords": crystal.frac_coords[None].astype("f4")}
    turn = Rotation.from_euler("xyz", [20, 50, 70], degrees=True).as_matrix()
    level, axes = np.array([0.2], "f4"), crystal.lattice.matrix.astype("f4")
    displacements, strain = (
        np.asarray(x)[0] for x in model({**inputs, "axes": axes[None], "level": level})
    )
    turned_axes = (axes @ turn).astype("f4")[None]
    other, strained = (
        np.asarray(x)[0] for x in model({**inputs, "axes": turned_axes, "level": level})
    )
    assert np.abs(displacements).max() > 1e-2 and np.abs(strain).max() > 1e-2
    np.testing.assert_allclose(other, displacements @ turn, atol=1e-3)
    np.testing.assert_allclose(strained, turn.T @ strain @ turn, atol=1e-3)
    np.testing.assert_allclose(displacements.sum(axis=0), 0, atol=1e-4)
