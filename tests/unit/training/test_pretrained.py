"""Networks that are exported to be handed on."""

from pathlib import Path
from typing import Any

import numpy as np

from builders.autoencoders import ATOMS
from ccdcgan.networks.autoencoder import Autoencoder
from ccdcgan.networks.files import load_model, save_model
from ccdcgan.representation.voxels import quantise, site_image
from ccdcgan.training.pretrained import export_in_half_precision


def test_exported_network_is_half_as_large_and_comes_back(
    site_network: Any, tmp_path: Path
) -> None:
    whole, half = (tmp_path / f"{name}.keras" for name in ("whole", "half"))
    save_model(site_network, whole)
    export_in_half_precision(str(whole), str(half))
    assert half.stat().st_size < 0.6 * whole.stat().st_size
    images = quantise(site_image(ATOMS))[None]
    found = load_model(half, Autoencoder)
    assert {weight.dtype for weight in found.get_weights()} == {np.dtype("float32")}
    np.testing.assert_allclose(found.encode(images), site_network.encode(images), atol=2e-3)
