"""The learning curve of a property that few structures have."""

from typing import Any

import pytest

from builders.settings import fault, with_key


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("finetune.sizes", [], ["finetune.sizes: []", "a minimum length of 1"]),
        ("finetune.sizes", [50, 50], ["finetune.sizes: [50, 50] has non-unique elements"]),
        ("finetune.sizes", [3], ["finetune.sizes.0: 3 ", "a minimum of 20"]),
        ("finetune.folds", 1, ["finetune.folds: 1 ", "a minimum of 2"]),
        ("data.properties.0.unit", "", ["data.properties.0.unit", "1 for a pure number"]),
    ],
)
def test_faults(path: str, value: Any, words: list[str]) -> None:
    message = fault(with_key(path, value))
    assert [word for word in words if word not in message] == []
