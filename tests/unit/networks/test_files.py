"""Files that hold no model, or another one, are one line."""

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
