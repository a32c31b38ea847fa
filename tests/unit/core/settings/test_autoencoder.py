"""Autoencoders and graphs."""

from typing import Any

import pytest
from pydantic import ValidationError

from builders.settings import DEFAULT, fault, with_key
from ccdcgan.core.settings.autoencoder import NETWORK_TRAINING, AutoencoderTraining
from ccdcgan.core.settings.learning import EpochSettings


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("autoencoder.combined.latent", 257, ["combined.latent: 257", "a maximum of 256"]),
        (
            "autoencoder.separated.width",
            8,
            ["config autoencoder.separated: 'width' is an unexpected"],
        ),
        ("graphs.layout", "columns", ["graphs.layout: 'columns'", "['tiles', 'rows']"]),
    ],
)
def test_faults(path: str, value: Any, words: list[str]) -> None:
    message = fault(with_key(path, value))
    assert [word for word in words if word not in message] == []


def test_a_training_has_a_shape_or_goes_on_from_a_network() -> None:
    found = {
        kind: type(NETWORK_TRAINING.validate_python(DEFAULT["autoencoder"][kind]))
        for kind in ("combined", "lattice", "separated")
    }
    assert found == {
        "combined": AutoencoderTraining,
        "lattice": AutoencoderTraining,
        "separated": EpochSettings,
    }
    with pytest.raises(ValidationError, match="latent"):
        NETWORK_TRAINING.validate_python(DEFAULT["autoencoder"]["separated"] | {"width": 8})
