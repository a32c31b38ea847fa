"""Entries are told apart as a parser would, and damage is found before anything is made of it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccdcgan.data.sources.json_entries import entries, is_mapping, keyed, value_of

PLAIN = st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers() | st.text()
VALUES = st.recursive(
    PLAIN, lambda own: st.lists(own) | st.dictionaries(st.text(), own), max_leaves=20
)
DEPTH = 100


@given(st.lists(VALUES), st.sampled_from([None, 1]), st.booleans())
def test_entries_of_a_list_are_its_values(values: list[Any], indent: int, ascii_: bool) -> None:
    text = json.dumps(values, indent=indent, ensure_ascii=ascii_).encode()
    assert [value_of(entry) for entry in entries(text, DEPTH)] == values
    assert not is_mapping(text)


@given(st.dictionaries(st.text(), VALUES), st.sampled_from([None, 1]))
def test_entries_of_an_object_are_its_keys_and_values(values: dict[str, Any], indent: int) -> None:
    text = json.dumps(values, indent=indent).encode()
    found = [keyed(entry) for entry in entries(text, DEPTH)]
    assert {key: value_of(value) for key, value in found} == values
    assert is_mapping(text)


@given(PLAIN)
def test_what_is_neither_is_one_entry(value: Any) -> None:
    (entry,) = entries(json.dumps(value).encode(), DEPTH)
    assert value_of(entry) == value


@given(st.text(alphabet='[]{},:"\\ 1a'))
def test_any_text_gives_entries_or_a_reason(text: str) -> None:
    try:
        found = list(entries(text.encode(), DEPTH))
    except ValueError:
        return
    for entry in found:
        try:
            value_of(entry)
        except ValueError:
            continue


def test_a_broken_entry_costs_none_of_the_others() -> None:
    found = list(entries(b'[{"a": 1}, {"b": ,}, 2 3, , {"c": [1,]}, {"d": 4}]', DEPTH))
    assert len(found) == 6 and value_of(found[0]) == {"a": 1} and value_of(found[5]) == {"d": 4}
    for broken in found[1:5]:
        with pytest.raises(ValueError):
            value_of(broken)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"[" * 1_000_000, "nested deeper than 100"),
        (b"[[1]", "too early"),
        (b"[1}]", "bracket too many or of another kind"),
        (b"[1]]", "behind the end"),
        (b"x[1]", "beside the list"),
        (b'["a]', "a string does not end"),
        (b"]", "bracket too many"),
    ],
)
def test_damage_is_found_before_anything_is_made(text: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        list(entries(text, DEPTH))


def test_a_string_without_an_end_takes_no_longer_than_one_with_it() -> None:
    """Were each of its quotes tried anew, this would take hours."""
    with pytest.raises(ValueError, match="a string does not end"):
        list(entries(b'["' + b'\\"' * 2_000_000, DEPTH))
