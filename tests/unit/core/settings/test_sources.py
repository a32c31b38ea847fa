"""Sources that are asked over the network."""

from typing import Any

import pytest

from builders.settings import fault, with_key


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("data.matbench.url", "file.gz", ["data.matbench: url and sha256 are given together"]),
        ("data.materials_project.criteria", {}, ["{}", "a minimum length of 1"]),
        (
            "data.materials_project.endpoint",
            "ftp://a",
            ["endpoint: 'ftp://a'", "http:// or https://"],
        ),
    ],
)
def test_faults(path: str, value: Any, words: list[str]) -> None:
    message = fault(with_key(path, value))
    assert [word for word in words if word not in message] == []
