"""What the generator is to follow."""

from typing import Any

import pytest

from builders.settings import fault, with_key


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("constraint.properties", [], ["constraint.properties: []", "a minimum length of 1"]),
        ("constraint.properties.0.weight", -1, ["properties.0.weight: -1", "ω of equation (2)"]),
        ("constraint.properties.0.goal", "target", ["properties.0: the goal 'target' needs a key"]),
        ("constraint.start", "band_gap", ["constraint.start: 'band_gap' is none of", "formation_"]),
        ("constraint.features", "slow", ["constraint.features: 'slow'", "['frozen', 'free']"]),
        (
            "constraint.network",
            "graph",
            ["constraint.network: 'graph'", "['atoms', 'tiles', 'paper']"],
        ),
    ],
)
def test_faults(path: str, value: Any, words: list[str]) -> None:
    message = fault(with_key(path, value))
    assert [word for word in words if word not in message] == []


def test_a_goal_and_its_target() -> None:
    config = with_key("constraint.properties.0.goal", "target")
    assert fault(with_key("constraint.properties.0.target", -1, config)) == ""
    message = fault(with_key("constraint.properties.0.target", "low", config))
    assert "constraint.properties.0.target: 'low' is not allowed: a finite number" in message


def test_a_property_is_followed_once() -> None:
    entry = {"name": "volume_per_atom", "weight": 1, "goal": "minimise"}
    message = fault(with_key("constraint.properties", [entry, entry]))
    assert "config constraint.properties.1: 'volume_per_atom' is named twice" in message


def test_a_start_is_a_shipped_network_that_reads_atoms() -> None:
    config = with_key("constraint.start", "formation_energy_per_atom")
    assert fault(config) == ""
    message = fault(with_key("pretrained.networks", ["autoencoder"], config))
    assert "is a shipped network: name constraint in pretrained.networks" in message
    message = fault(with_key("constraint.network", "paper", config))
    assert "but network 'paper' starts from none: set null" in message
