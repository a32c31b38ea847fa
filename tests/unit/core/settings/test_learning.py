"""What the trainings of all networks are told alike."""

from typing import Any

import pytest

from builders.settings import fault, with_key


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("denoiser.batch", 1, ["denoiser.batch: 1 ", "a minimum of 2", "samples of an update"]),
        ("gan.batch", 1, ["gan.batch: 1 ", "a minimum of 2"]),
        ("gan.steps_per_epoch", 0, ["gan.steps_per_epoch: 0 ", "between two checkpoints"]),
        ("constraint.patience", 0, ["constraint.patience: 0 ", "epochs without improvement"]),
        ("autoencoder.separated.epochs", 0, ["autoencoder.separated.epochs: 0 ", "passes over"]),
    ],
)
def test_faults(path: str, value: Any, words: list[str]) -> None:
    message = fault(with_key(path, value))
    assert [word for word in words if word not in message] == []
