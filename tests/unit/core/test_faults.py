"""What is said of a fault: its key, its value and what is allowed."""

import math
from typing import Any

import pytest
import yaml

from builders.settings import DEFAULT, fault, leaves, with_key

WHOLE = {"dft.timeout", "generate.start"}  # whole numbers by default, of which there are fractions
COUNTS = [
    path for path, value in leaves(DEFAULT).items() if type(value) is int and path not in WHOLE
]
NUMBERS = [path for path, value in leaves(DEFAULT).items() if type(value) in (int, float)]
NO_LIMIT = ["data.filters.max_sites", "data.filters.max_energy", "csp.sample"]
"""Numbers in whose place null may stand."""


@pytest.mark.parametrize("path", NUMBERS)
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_no_number_is_nan_or_infinite(path: str, value: float) -> None:
    message = fault(with_key(path, value))
    assert message.startswith(f"config {path}: {value} is not allowed: ")


@pytest.mark.parametrize("path", COUNTS)
def test_a_count_is_no_fraction(path: str) -> None:
    message = fault(with_key(path, 60.0))
    assert message.startswith(f"config {path}: 60.0 is not allowed: ")
    assert "an integer" in message or "one of [" in message
    assert ";" not in message.partition("(")[0]


@pytest.mark.parametrize("path", NUMBERS)
@pytest.mark.parametrize(("value", "shown"), [(True, "true"), ([1], "[1]"), ({}, "{}")])
def test_a_number_is_nothing_else(path: str, value: Any, shown: str) -> None:
    assert fault(with_key(path, value)).startswith(f"config {path}: {shown} is not allowed: ")


@pytest.mark.parametrize("path", NUMBERS)
def test_null_stands_for_no_limit_alone(path: str) -> None:
    message = fault(with_key(path, None))
    assert message.startswith(f"config {path}: null is not allowed: ") != (path in NO_LIMIT)


@pytest.mark.parametrize("path", ["potential.fmax", "gan.atoms.penalty", "dft.espresso.cutoff"])
def test_a_whole_number_stands_for_any_number(path: str) -> None:
    assert fault(with_key(path, 60)) == ""


@pytest.mark.parametrize(
    ("path", "text", "words"),
    [
        ("gan.atoms.learning_rate", "1e-3", ["'1e-3' is text", "write 0.001;", "above 0", "Adam"]),
        ("denoiser.learning_rate", "1e-7", ["'1e-7' is text", "write 1.0e-07;"]),
        ("gan.steps", "1e3", ["'1e3' is text", "write 1000;", "an integer with a minimum of 1"]),
        ("data.filters.max_energy", "5e-1", ["'5e-1' is text", "write 0.5;", "or null"]),
        ("gan.steps", "200", ["'200' is text", "write 200;"]),
    ],
)
def test_numbers_that_yaml_reads_as_text(path: str, text: str, words: list[str]) -> None:
    assert yaml.safe_load(f"value: {text}")["value"] in (text, 200)
    message = fault(with_key(path, text))
    assert message.startswith(f"config {path}: ")
    assert [word for word in words if word not in message] == []
    written = yaml.safe_load(message.partition("write ")[2].partition(";")[0])
    assert written == float(text)
    assert fault(with_key(path, written)) == ""


@pytest.mark.parametrize("text", ["many", ".nan", "nan", "1,5", ""])
def test_text_that_is_no_number(text: str) -> None:
    message = fault(with_key("potential.fmax", text))
    assert message.startswith(f"config potential.fmax: {text!r} is not allowed: a finite number")


def sections(config: dict[str, Any], path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The paths of all sections, the configuration itself among them."""
    inner = {key: value for key, value in config.items() if isinstance(value, dict) and value}
    inner.pop("pseudopotentials", None)
    inner.pop("criteria", None)
    return [path, *(one for key, value in inner.items() for one in sections(value, (*path, key)))]


@pytest.mark.parametrize("path", sections(DEFAULT), ids=lambda path: ".".join(path) or "top level")
def test_an_unknown_key_is_named_with_those_that_are_known(path: tuple[str, ...]) -> None:
    message = fault(with_key(".".join((*path, "unheard_of")), 1))
    section: Any = DEFAULT
    for key in path:
        section = section[key]
    where = ".".join(path) or "top level"
    assert message.startswith(f"config {where}: 'unheard_of' is an unexpected key: allowed are ")
    assert set(message.partition("allowed are ")[2].split(", ")) == set(section)


@pytest.mark.parametrize("path", sections(DEFAULT)[1:], ids=lambda path: ".".join(path))
@pytest.mark.parametrize("value", [None, 3, ["a"]])
def test_a_section_is_no_value(path: tuple[str, ...], value: Any) -> None:
    message = fault(with_key(".".join(path), value))
    assert message.startswith(f"config {'.'.join(path)}: ") and "a section with the keys" in message


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("data.columns", {1: "a"}, ["config data.columns: the key 1 is not allowed: text"]),
        ("data.columns", {True: "a"}, ["config data.columns: the key true is not allowed: text"]),
        ("hull.few", 1, ["hull.few: 1 ", "a value above 0 and a value below 1 (share of"]),
        ("statistics", {True: 1}, ["config statistics: ", "is an unexpected key"]),
        ("hardware.backend", None, ["hardware.backend: null", "'tensorflow', 'torch', 'jax'"]),
        ("statistics.relaxed", 1, ["statistics.relaxed: 1 is not allowed: true or false"]),
        ("decode", {"threshold": 0.3}, ["config decode: 'min_distance' is a required property (Å"]),
        ("systems", "Co-Hf", ["config systems: 'Co-Hf'", "a list", "joined by hyphens"]),
        ("systems", [1, "Co-Hf"], ["config systems.0: 1 is not allowed: text"]),
    ],
)
def test_fault_names_key_value_and_what_is_allowed(path: str, value: Any, words: list[str]) -> None:
    message = fault(with_key(path, value))
    assert message.startswith("config ") and "\n" not in message
    assert [word for word in words if word not in message] == []


def test_an_entry_at_fault_still_counts() -> None:
    assert "minimum length" not in fault(with_key("systems", ["Co"]))


def test_a_long_value_is_cut() -> None:
    assert len(fault(with_key("graphs.layout", "x" * 10_000))) < 300
