"""Structures from crystal prototypes, and their copies."""

from typing import Any

import pytest

from builders.settings import fault, with_key


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("data.prototypes.copies.strained", -1, ["copies.strained: -1", "a minimum of 0"]),
        ("data.prototypes.max_prototypes", 0, ["max_prototypes: 0", "a minimum of 1 or null"]),
    ],
)
def test_faults(path: str, value: Any, words: list[str]) -> None:
    message = fault(with_key(path, value))
    assert [word for word in words if word not in message] == []
