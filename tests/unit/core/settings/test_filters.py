"""Which structures are kept."""

from typing import Any

import pytest

from builders.settings import fault, with_key


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("data.filters.exclude", ["Xx"], ["data.filters.exclude.0: 'Xx' is no element", "H to Es"]),
        ("data.filters.max_sites", 21, ["data.filters.max_sites: 21", "a maximum of 20"]),
    ],
)
def test_faults(path: str, value: Any, words: list[str]) -> None:
    message = fault(with_key(path, value))
    assert [word for word in words if word not in message] == []
