"""Where structures come from: sources, filters and parts."""

from typing import Any

import pytest

from builders.settings import fault, with_key
from ccdcgan.core.config import check_config


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("data.source", "oqmd", ["config data.source: 'oqmd'", "'prototypes'", "or a list"]),
        ("data.source", ["local", "oqmd"], ["config data.source.1: 'oqmd'", "'prototypes'"]),
        ("data.source", ["local", "local"], ["config data.source: ", "non-unique"]),
        ("data.source", "local", ["config data.path: the source 'local' needs it"]),
        (
            "data.source",
            ["optimade"],
            ["config data.optimade.url: the", "data.optimade.filter: the"],
        ),
        ("data.filters.exclude", ["Xx"], ["data.filters.exclude.0: 'Xx' is no element", "H to Es"]),
        ("data.filters.max_sites", 21, ["data.filters.max_sites: 21", "a maximum of 20"]),
        ("data.filters.max_above_hull", 0.1, ["0.1 needs energy_above_hull in data.properties"]),
        ("data.matbench.url", "file.gz", ["data.matbench: url and sha256 are given together"]),
        ("data.materials_project.criteria", {}, ["{}", "a minimum length of 1"]),
        (
            "data.materials_project.endpoint",
            "ftp://a",
            ["endpoint: 'ftp://a'", "http:// or https://"],
        ),
        (
            "data.properties",
            [{"name": "E"}],
            ["properties.0.name: 'E'", "lower-case", "'unit' is a"],
        ),
        ("data.prototypes.copies.strained", -1, ["copies.strained: -1", "a minimum of 0"]),
        ("data.prototypes.max_prototypes", 0, ["max_prototypes: 0", "a minimum of 1 or null"]),
        ("data.split.test", 0.2, ["config data.split: {'train': 0.8", "adds up to 1.1, not 1"]),
    ],
)
def test_faults(path: str, value: Any, words: list[str]) -> None:
    message = fault(with_key(path, value))
    assert [word for word in words if word not in message] == []


def test_a_property_is_named_once() -> None:
    one = {"name": "band_gap", "unit": "eV", "required": False}
    energy = {**one, "name": "formation_energy_per_atom"}
    assert fault(with_key("data.properties", [energy, one])) == ""
    message = "config data.properties: 'band_gap' is named twice: name each once"
    assert fault(with_key("data.properties", [energy, one, one])) == message


def test_one_source_is_a_list_of_one() -> None:
    assert check_config(with_key("data.source", "matbench")).data.source == ("matbench",)
    two = ["prototypes", "matbench"]
    assert check_config(with_key("data.source", two)).data.source == ("prototypes", "matbench")
