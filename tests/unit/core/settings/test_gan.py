"""The generator: what both networks are told, and each alone."""

from typing import Any

import pytest

from builders.settings import fault, with_key


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("gan.network", "dcgan", ["'dcgan'", "one of ['atoms', 'paper']", "what writes the graph"]),
        ("gan.variants", ["gan"], ["gan.variants.0: 'gan'", "one of ['dcgan', 'ccdcgan']"]),
        ("gan.noise", 30, ["gan.noise: 30", "a multiple of 20"]),
        ("gan.seed", 2**32, ["gan.seed: 4294967296", "a value below 4294967296 or null"]),
        ("gan.paper.blocks", 6, ["gan.paper.blocks: 6", "a maximum of 5", "halved 5 times"]),
        ("gan.width", 128, ["config gan: 'width' is an unexpected key", "atoms, paper"]),
        ("gan.paper.penalty", 1.0, ["config gan.paper: 'penalty' is an unexpected key"]),
        ("gan.average", 1, ["gan.average: 1 ", "a value below 1", "running average"]),
    ],
)
def test_faults(path: str, value: Any, words: list[str]) -> None:
    message = fault(with_key(path, value))
    assert [word for word in words if word not in message] == []
