"""Where structures come from, and what is known of them."""

from typing import Any

import pytest

from builders.settings import fault, with_key
from ccdcgan.core.config import check_config
from ccdcgan.core.settings.data import RESERVED
from ccdcgan.data.training_set import COLUMNS


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
        ("data.filters.max_above_hull", 0.1, ["0.1 needs energy_above_hull in data.properties"]),
        (
            "data.properties",
            [{"name": "E"}],
            ["properties.0.name: 'E'", "lower-case", "'unit' is a"],
        ),
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


@pytest.mark.parametrize("name", RESERVED)
def test_a_property_is_not_called_as_a_column_is(name: str) -> None:
    energy = {"name": "formation_energy_per_atom", "unit": "eV/atom", "required": True}
    message = fault(with_key("data.properties", [energy, {**energy, "name": name}]))
    assert f"config data.properties.1.name: '{name}' is a column of the table" in message


def test_all_columns_of_the_table_are_reserved() -> None:
    assert set(RESERVED) == {*COLUMNS, "dropped"}
