"""The potential, and the relaxation by it."""

from typing import Any

import pytest

from builders.settings import SECTIONS, changed, fault, with_key


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (
            "potential.name",
            "emt",
            ["potential.name: 'emt'", "chgnet or the import path"],
        ),
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


def test_arguments_are_a_part_of_the_scheme_whatever_their_order() -> None:
    assert changed(SECTIONS.potential, name="7net-0", arguments={}).energy_scheme == "7net-0"
    one, other = (
        changed(SECTIONS.potential, name="a:b", arguments=arguments).energy_scheme
        for arguments in ({"device": "cuda", "cutoff": 5}, {"cutoff": 5, "device": "cuda"})
    )
    assert one == other == 'a:b {"cutoff": 5, "device": "cuda"}'
