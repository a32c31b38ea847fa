"""Autoencoders are the same after saving."""

import numpy as np
import pytest

from ccdcgan.networks.autoencoder import Autoencoder, LowPass
from ccdcgan.networks.files import load_model, save_model
from ccdcgan.representation.voxels import site_image


@pytest.mark.parametrize("network", ["dense", "convolutional"])
@pytest.mark.parametrize(("kind", "grid"), [("sites", 64), ("lattice", 32)])
def test_an_autoencoder_is_the_same_after_saving(tmp_path, network, kind, grid) -> None:
    model = Autoencoder(
        kind=kind, grid=grid, sigma=2.0, network=network, latent=20, width=32, blocks=1
    )
    images = np.random.default_rng(1).integers(0, 255, (3, grid, grid, grid)).astype("u1")
    latents = model.encode(images)
    assert latents.shape == (3, 20)
    assert np.abs(latents).max() < 1
    save_model(model, tmp_path / "model.keras")
    again = load_model(tmp_path / "model.keras", Autoencoder)
    np.testing.assert_array_equal(again.encode(images), latents)
    np.testing.assert_array_equal(again.decode(latents), model.decode(latents))


def test_low_pass_moves_and_widens_gaussians_exactly() -> None:
    atom = np.array([[0.3, 0.6, 0.9]])
    shift = np.array([[0.11, 0.02, 0.47]], "f4")
    fine = site_image(atom, 32, 1.0)[None]
    found = np.asarray(LowPass(16, 1.0, 0.75)(fine, shift))[0]
    np.testing.assert_allclose(found, site_image(atom + shift, 16, 0.75), atol=0.01)
