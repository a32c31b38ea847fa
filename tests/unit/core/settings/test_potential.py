"""The potential, and the relaxation by it."""

from typing import Any

import pytest

from builders.settings import fault, with_key


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("potential.name", "emt", ["potential.name: 'emt'", "7net-0, chgnet or the import path"]),
        ("potential.arguments", {"scale": float("inf")}, ["potential.arguments.scale: inf is not"]),
        ("potential.fmax", 0, ["potential.fmax: 0 ", "a value above 0", "eV/Å"]),
        ("relax.shards", 0, ["relax.shards: 0 ", "a minimum of 1", "jobs a variant"]),
    ],
)
def test_faults(path: str, value: Any, words: list[str]) -> None:
    message = fault(with_key(path, value))
    assert [word for word in words if word not in message] == []


@pytest.mark.parametrize("name", ["7net-0", "chgnet", "ase.calculators.emt:EMT", "mine:make"])
def test_known_potentials_and_import_paths(name: str) -> None:
    assert fault(with_key("potential.name", name)) == ""
