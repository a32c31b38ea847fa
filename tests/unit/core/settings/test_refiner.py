"""The refiner and its training."""

from typing import Any

import pytest

from builders.settings import fault, with_key


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("refiner.templates", 0, ["refiner.templates: 0 ", "a minimum of 1", "training crystals"]),
        ("refiner.width", 64, ["config refiner: 'width' is an unexpected key", "templates"]),
        ("generate.refine", -1, ["generate.refine: -1 ", "a minimum of 0"]),
    ],
)
def test_faults(path: str, value: Any, words: list[str]) -> None:
    message = fault(with_key(path, value))
    assert [word for word in words if word not in message] == []
