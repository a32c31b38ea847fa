"""What is said of a fault of the configuration: key, value and what is allowed, in one line."""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from ccdcgan.core.schema import child

LONGEST = 100  # characters of a value that are shown
KINDS = {
    "integer": "an integer",
    "number": "a finite number",
    "string": "text",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "null",
}
LIMITS = {
    "minimum": "a minimum of {}",
    "maximum": "a maximum of {}",
    "exclusiveMinimum": "a value above {}",
    "exclusiveMaximum": "a value below {}",
    "multipleOf": "a multiple of {}",
    "minLength": "a minimum length of {}",
    "minItems": "a minimum length of {}",
    "maxItems": "a maximum length of {}",
    "minProperties": "a minimum length of {}",
}


def fault_text(error: Mapping[str, Any], config: Any, schema: Mapping[str, Any]) -> str:
    """Return what is said of one error of pydantic; empty for one that only follows from others.

    config: all that was checked. schema: of all of it, as of `inlined_schema`.
    """
    kind, place, value = error["type"], error["loc"], error["input"]
    if kind == "missing" and isinstance(place[-1], str):
        path, node = _at(place[:-1], config, schema)
        note = _note(child(node, place[-1]))
        return f"config {path}: {place[-1]!r} is a required property{note}"
    if kind in ("extra_forbidden", "invalid_key"):
        path, node = _at(place[:-1], config, schema)
        keys = ", ".join(node["properties"])
        return f"config {path}: {place[-1]!r} is an unexpected key: allowed are {keys}"
    if kind == "refused":
        return f"config {_at(place, config, schema)[0]}: {error['ctx']['text']}"
    if place and place[-1] == "[key]":
        path, node = _at(place[:-2], config, schema)
        node = {"type": "string", **node.get("propertyNames", {})}
        said = f"the key {_shown(value)} is not allowed"
        return f"config {path}: {said}: {_allowed(node)}{_note(node)}"
    path, node = _at(place, config, schema)
    if kind == "too_short" and len(value) >= error["ctx"]["min_length"]:
        return ""  # pydantic counts without the entries that are at fault themselves
    number = _number_in(value, node)
    said = f"is text to YAML: write {number}; allowed is" if number else "is not allowed:"
    return f"config {path}: {_shown(value)} {said} {_allowed(node)}{_note(node)}"


def _at(place: Sequence[Any], value: Any, node: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """The path of a place as it stands in the file, and the schema of what belongs there."""
    parts = []
    for part in place:
        # A key, one entry in place of a list of one, an entry that a list of fixed length lacks.
        known = range(len(value)) if isinstance(value, list) else value
        if not isinstance(value, dict | list) or part not in known:
            break
        parts.append(str(part))
        value, node = value[part], child(node, part)
    return ".".join(parts) or "top level", node


def _allowed(node: Mapping[str, Any]) -> str:
    """What is allowed, in words, from a JSON schema."""
    if "anyOf" in node:
        return " or ".join(_allowed(branch) for branch in node["anyOf"])
    if "enum" in node:
        return f"one of {node['enum']}"
    if "properties" in node:
        return f"a section with the keys {', '.join(node['properties'])}"
    limits = " and ".join(text.format(node[key]) for key, text in LIMITS.items() if key in node)
    entries = node.get("items") or next(iter(node.get("prefixItems", [])), None)
    of = f", each {_allowed(entries)}{_note(entries)}" if entries else ""
    return KINDS[node["type"]] + (f" with {limits}" if limits else "") + of


def _note(node: Mapping[str, Any]) -> str:
    return f" ({node['description']})" if "description" in node else ""


def _shown(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    text = repr(dict(value) if isinstance(value, dict) else value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _number_in(value: Any, node: Mapping[str, Any]) -> str:
    """How a number that is allowed, but stands there as text, is to be written; else empty.

    YAML takes 1e-3 for text: to it, a power of ten needs a point and a sign, as in 1.0e-3.
    """
    kinds = {branch.get("type") for branch in (node, *node.get("anyOf", []))}
    if not isinstance(value, str) or not kinds & {"integer", "number"}:
        return ""
    try:
        number = float(value)
    except ValueError:
        return ""
    if not math.isfinite(number):
        return ""
    if "integer" in kinds:
        return str(int(number)) if number.is_integer() else ""
    text = repr(number)
    return text if "." in text or "e" not in text else text.replace("e", ".0e")
