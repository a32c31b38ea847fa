"""The machine of a run, and the networks that it takes."""

from typing import Any

import pytest

from builders.settings import fault, with_key

FILE = {"path": "a.keras", "sha256": "0" * 64}


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("hardware.gpus", -1, ["hardware.gpus: -1", "a minimum of 0"]),
        ("hardware.precision", "float16", ["hardware.precision: 'float16'", "'mixed_bfloat16'"]),
        ("pretrained.autoencoder", {"sites": FILE}, ["the key 'sites'", "['lattice', 'combined']"]),
        ("pretrained.constraint", {"E": FILE}, ["constraint: the key 'E'", "lower-case letters"]),
        (
            "pretrained.denoiser",
            {"path": "a"},
            ["config pretrained.denoiser: 'sha256' is a required"],
        ),
        ("pretrained.denoiser", FILE | {"sha256": "f"}, ["denoiser.sha256: 'f'", "64 hexadecimal"]),
        (
            "pretrained.generator",
            {"dcgan": FILE},
            ["generator.dcgan: 'compositions' is a required"],
        ),
    ],
)
def test_faults(path: str, value: Any, words: list[str]) -> None:
    message = fault(with_key(path, value))
    assert [word for word in words if word not in message] == []
