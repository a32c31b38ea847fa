"""From latent vectors back to atoms and lattices through the encoder."""

from typing import Any

import numpy as np
import pytest
from pymatgen.core import Lattice

from builders.autoencoders import ATOMS, SIZES
from ccdcgan.codec.invert import atoms_of_latents, metrics_of_latents, peaks_of_images
from ccdcgan.networks.autoencoder import Autoencoder
from ccdcgan.representation.voxels import lattice_image, quantise, site_image


def guess(coords: np.ndarray, heights: list[float]) -> np.ndarray:
    """A decoded image: atoms of these heights."""
    images = [h * site_image(c[None], 16, 0.75) for c, h in zip(coords, heights, strict=True)]
    return np.sum(images, axis=0)[None].astype("float32")


def worst(found: np.ndarray, true: np.ndarray) -> float:
    offset = found[:, None] - true[None]
    return float(np.abs(offset - np.rint(offset)).max(axis=-1).min(axis=0).max())


@pytest.mark.parametrize(
    ("moved", "heights"),
    [
        (0.0, [0.9, 0.9, 0.9, 0.9]),
        (0.015, [0.9, 0.9, 0.9, 0.9]),
        (0.01, [0.9, 0.8, 0.9, 0.2]),  # one is fainter than the threshold
        (0.01, [0.9, 0.8, 0.9, 0.08]),  # one is not seen at all
        (0.0, [0.9, 0.9, 0.9, 0.9, 0.5]),  # one too many
    ],
)
def test_encoder_corrects_what_the_decoder_guessed(
    site_network: Any, moved: float, heights: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    latent = site_network.encode(quantise(site_image(ATOMS))[None])
    start = ATOMS + moved
    if len(heights) > len(ATOMS):
        start = np.concatenate([start, [[0.6, 0.4, 0.9]]])
    monkeypatch.setattr(site_network, "decode", lambda _: guess(start, heights))
    (found,) = atoms_of_latents(site_network, latent, threshold=0.3)
    assert len(found) == len(ATOMS)
    assert worst(found, ATOMS) < 2e-3


def test_nothing_decoded_is_no_atom(site_network: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = np.zeros((1, 64, 64, 64), dtype="u1")
    monkeypatch.setattr(site_network, "decode", lambda _: np.full((1, 16, 16, 16), 1e-5, "float32"))
    (found,) = atoms_of_latents(site_network, site_network.encode(empty), threshold=0.3)
    assert len(found) == 0


def test_lattice_follows_from_its_latent_vector(monkeypatch: pytest.MonkeyPatch) -> None:
    import keras

    keras.utils.set_random_seed(1)
    network = Autoencoder(kind="lattice", grid=32, sigma=2.0, **SIZES)
    true = Lattice.from_parameters(3.1, 4.2, 8.7, 75, 95, 118)
    near = Lattice.from_parameters(3.3, 4.0, 8.4, 78, 93, 116)
    latent = network.encode(quantise(lattice_image(true.matrix))[None])
    image = lattice_image(near.matrix, 8)[None]
    monkeypatch.setattr(network, "decode", lambda _: image)
    (metric,) = metrics_of_latents(network, latent)
    np.testing.assert_allclose(metric, true.matrix @ true.matrix.T, atol=0.3)  # of 8-bit images


def test_networks_of_the_paper_see_whole_images(monkeypatch: pytest.MonkeyPatch) -> None:
    shape = {"network": "paper", "latent": 16, "width": 4, "blocks": 1}
    network = Autoencoder(kind="sites", grid=32, sigma=2.0, **shape)
    images = quantise(site_image(ATOMS, 32))[None]
    latent = network.encode(images)
    assert latent.shape == (1, 16) and network.decode(latent).shape == (1, 32, 32, 32)
    batch = {"images": images, "shifts": np.zeros((1, 3), "f4")}
    network.compile("adam")
    assert np.isfinite(network.train_on_batch(batch, np.zeros((1, 1), "f4")))
    monkeypatch.setattr(network, "decode", lambda _: images / 255)  # all that it goes by
    (found,) = atoms_of_latents(network, latent, threshold=0.3)
    assert len(found) == len(ATOMS) and worst(found, ATOMS) < 5e-3
    lattices = Autoencoder(kind="lattice", grid=16, sigma=2.0, **shape)
    cell = quantise(lattice_image(Lattice.cubic(4).matrix, 16))[None]
    assert lattices.decode(lattices.encode(cell)).shape == (1, 16, 16, 16)
    monkeypatch.setattr(lattices, "decode", lambda _: cell / 255)
    (metric,) = metrics_of_latents(lattices, lattices.encode(cell))
    np.testing.assert_allclose(metric, 16 * np.eye(3), atol=0.2)


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
