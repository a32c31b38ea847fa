"""The denoiser and its training."""

from typing import Any

import pytest

from builders.settings import fault, with_key


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("denoiser.blocks", 0, ["denoiser.blocks: 0 ", "a minimum of 1", "rounds of messages"]),
        ("denoiser.learning_rate", 0.0, ["denoiser.learning_rate: 0.0", "a value above 0"]),
        ("denoiser.epochs", 3, ["config denoiser: 'epochs' is an unexpected key", "steps"]),
    ],
)
def test_faults(path: str, value: Any, words: list[str]) -> None:
    message = fault(with_key(path, value))
    assert [word for word in words if word not in message] == []
