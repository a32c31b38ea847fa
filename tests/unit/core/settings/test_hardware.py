"""The machine of a run."""

from typing import Any

import pytest

from builders.settings import fault, with_key


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("hardware.gpus", -1, ["hardware.gpus: -1", "a minimum of 0"]),
        ("hardware.relaxation.minutes", 0, ["hardware.relaxation.minutes: 0", "above 0"]),
        ("hardware.relaxation.memory", 60.0, ["hardware.relaxation.memory: 60.0", "an integer"]),
        ("hardware.precision", "float16", ["hardware.precision: 'float16'", "'mixed_bfloat16'"]),
    ],
)
def test_faults(path: str, value: Any, words: list[str]) -> None:
    message = fault(with_key(path, value))
    assert [word for word in words if word not in message] == []
