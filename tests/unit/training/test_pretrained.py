"""Networks taken from files and exported to them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from builders.autoencoders import ATOMS, SITE_VOXELS
from ccdcgan.core.artifacts import sha256_of
from ccdcgan.core.errors import InputError
from ccdcgan.networks.autoencoder import Autoencoder
from ccdcgan.networks.files import load_model, save_model
from ccdcgan.representation.voxels import quantise, site_image
from ccdcgan.training.pretrained import export_in_half_precision, take_autoencoder


def test_pretrained_network_is_taken_only_if_it_is_the_one_meant(
    site_network: Any, tmp_path: Path
) -> None:
    source, target = tmp_path / "a.keras", tmp_path / "b" / "model.keras"
    save_model(site_network, source)
    with pytest.raises(InputError, match=r"a\.keras: SHA-256 .*get the file again"):
        take_autoencoder(str(source), str(target), sha256="0" * 64, voxels=SITE_VOXELS)
    with pytest.raises(InputError, match="was trained on voxels of"):
        take_autoencoder(
            str(source), str(target), sha256=sha256_of(source), voxels=SITE_VOXELS | {"sigma": 1.0}
        )
    assert not target.exists()
    take_autoencoder(str(source), str(target), sha256=sha256_of(source), voxels=SITE_VOXELS)
    images = quantise(site_image(ATOMS))[None]
    np.testing.assert_array_equal(
        load_model(target, Autoencoder).encode(images), site_network.encode(images)
    )


def test_exported_network_is_half_as_large_and_comes_back(
    site_network: Any, tmp_path: Path
) -> None:
    whole, half, back = (tmp_path / f"{name}.keras" for name in ("whole", "half", "back"))
    save_model(site_network, whole)
    export_in_half_precision(str(whole), str(half))
    assert half.stat().st_size < 0.6 * whole.stat().st_size
    take_autoencoder(str(half), str(back), sha256=sha256_of(half), voxels=SITE_VOXELS)
    images = quantise(site_image(ATOMS))[None]
    found = load_model(back, Autoencoder)
    assert {weight.dtype for weight in found.get_weights()} == {np.dtype("float32")}
    np.testing.assert_allclose(found.encode(images), site_network.encode(images), atol=2e-3)
