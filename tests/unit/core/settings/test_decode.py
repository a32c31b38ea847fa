"""How graphs are decoded."""

from typing import Any

import pytest

from builders.settings import fault, with_key


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("decode.threshold", 1.0, ["decode.threshold: 1.0", "a value below 1"]),
        ("decode.min_distance", 0, ["decode.min_distance: 0 ", "a value above 0"]),
    ],
)
def test_faults(path: str, value: Any, words: list[str]) -> None:
    message = fault(with_key(path, value))
    assert [word for word in words if word not in message] == []
