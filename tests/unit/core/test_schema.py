"""The schema of a model: without references, with defaults, walked from key to key."""

from pydantic import BaseModel

from ccdcgan.core.schema import child, inlined_schema, with_defaults


class Inner(BaseModel):
    """Inner."""

    title: int
    size: float | None


class Outer(BaseModel):
    """Outer."""

    first: Inner
    second: Inner
    several: list[Inner]
    named: dict[str, Inner]
    pair: tuple[int, str]


SCHEMA = inlined_schema(Outer)


def test_references_are_filled_in_and_titles_left_out() -> None:
    assert "$ref" not in str(SCHEMA) and "$defs" not in SCHEMA
    inner = SCHEMA["properties"]["second"]
    assert inner["properties"] == {
        "title": {"type": "integer"},
        "size": {"anyOf": [{"type": "number"}, {"type": "null"}]},
    }
    assert "title" not in SCHEMA


def test_what_has_a_default_may_be_left_out() -> None:
    found = with_defaults(SCHEMA, {"first": {"title": 1}, "named": {}})
    assert found["required"] == ["second", "several", "pair"]
    assert found["properties"]["first"]["required"] == ["size"]
    assert found["properties"]["first"]["properties"]["title"]["default"] == 1
    assert found["properties"]["second"]["required"] == ["title", "size"]
    assert found["properties"]["named"]["default"] == {}
    assert SCHEMA["properties"]["first"]["required"] == ["title", "size"]


def test_children() -> None:
    for place in (("first",), ("several", 3), ("named", "any")):
        node = SCHEMA
        for part in place:
            node = child(node, part)
        assert child(node, "title") == {"type": "integer"}
    assert child(child(SCHEMA, "pair"), 1) == {"type": "string"}
    assert child(SCHEMA, "unknown") == child(child(SCHEMA, "pair"), 2) == {}
