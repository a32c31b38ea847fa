"""Files that hold no model, or another one, are one line."""

import random

import numpy as np
import pytest

from builders.gan import small_generator
from ccdcgan.core.errors import InputError
from ccdcgan.networks.autoencoder import Autoencoder
from ccdcgan.networks.files import load_model, save_model


def test_a_file_that_is_no_model_is_one_line(tmp_path) -> None:
    path = tmp_path / "model.keras"
    path.write_bytes(b"nothing")
    with pytest.raises(InputError, match=r"model\.keras: no readable Keras model"):
        load_model(path, Autoencoder)
    save_model(small_generator(), path)
    with pytest.raises(InputError, match="holds a Generator, not a Autoencoder"):
        load_model(path, Autoencoder)


def test_no_changed_bit_of_a_network_goes_unseen(tmp_path) -> None:
    path, network = tmp_path / "model.keras", small_generator()
    save_model(network, path)
    weights = load_model(path, type(network)).get_weights()
    for saved, own in zip(weights, network.get_weights(), strict=True):
        np.testing.assert_array_equal(saved, own)
    content, random_ = path.read_bytes(), random.Random(1)
    for place in random_.sample(range(len(content)), 40):
        damaged = bytearray(content)
        damaged[place] ^= 1 << random_.randrange(8)
        path.write_bytes(bytes(damaged))
        with pytest.raises(InputError, match=r"model\.keras: damaged") as caught:
            load_model(path, type(network))
        assert "\n" not in str(caught.value)


def test_a_damaged_network_without_a_digest_is_one_line(tmp_path) -> None:
    """Such as one that was trained by an earlier version: the archive has checksums of its own."""
    path, network = tmp_path / "model.keras", small_generator()
    save_model(network, path)
    (tmp_path / "model.keras.sha256").unlink()
    load_model(path, type(network))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1  # of the weights
    path.write_bytes(bytes(content))
    with pytest.raises(InputError, match=r"model\.keras: no readable Keras model") as caught:
        load_model(path, type(network))
    assert "\n" not in str(caught.value)
