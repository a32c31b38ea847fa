"""The keys of config.yaml as tables: default, what is allowed, meaning."""

import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
Schema = dict[str, Any]
COMMENT = re.compile(r"(?:^|\s)#\s?(.*)$")


def keys_page(root: Path) -> str:
    """The page of all keys, a table a section, in the order of config.yaml."""
    lines = (root / "config.yaml").read_text(encoding="utf-8").split("\n")
    tree = yaml.compose("\n".join(lines))
    (path,) = (root / "schemas").glob("config.schema.*")
    schema = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert isinstance(tree, yaml.MappingNode)
    parts = [
        "# All keys of the configuration\n",
        "Made from `config.yaml` and its schema. How overlays work and which presets there are "
        "stands in [CONFIGURATION.md](CONFIGURATION.md).\n",
    ]
    single = [entry for entry in tree.value if not isinstance(entry[1], yaml.MappingNode)]
    nested = [entry for entry in tree.value if entry not in single]
    parts.append(_table("Top level", single, "", lines, schema, ""))
    for key, value in nested:
        note = _comment(key, value, lines)
        rows = value.value or [(key, value)]
        prefix = f"{key.value}." if value.value else ""
        parts.append(_table(f"`{key.value}`", rows, prefix, lines, schema, note))
    return "\n".join(parts)


def _table(
    title: str, entries: list[Any], prefix: str, lines: list[str], schema: Schema, note: str
) -> str:
    rows = [f"## {title}\n", *([_sentence(note) + "\n"] if note else [])]
    rows += ["| key | default | allowed | meaning |", "| --- | --- | --- | --- |"]
    return "\n".join([*rows, *_rows(entries, prefix, lines, schema), ""])


def _rows(entries: list[Any], prefix: str, lines: list[str], schema: Schema) -> list[str]:
    found = []
    for key, value in entries:
        name = f"{prefix}{key.value}"
        note = _comment(key, value, lines)
        below = value.value if isinstance(value, yaml.MappingNode) else []
        if below and not value.flow_style:
            if note:
                found.append(_row(f"`{name}`", "", "", note))
            found += _rows(below, f"{name}.", lines, schema)
        else:
            rule = _at(schema, name.split("."))
            note = note or rule.get("description", "")
            found.append(_row(f"`{name}`", f"`{_text(value)}`", _allowed(rule, schema), note))
    return found


def _row(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def _text(value: yaml.Node) -> str:
    """A value as a reader would write it on one line."""
    plain = yaml.safe_load(yaml.serialize(value))
    text = yaml.safe_dump(plain, default_flow_style=True, allow_unicode=True, width=10_000)
    return text.removesuffix("\n").removesuffix("\n...").strip()


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def _comment(key: yaml.Node, value: yaml.Node, lines: list[str]) -> str:
    """What the file says of a key: the comment lines above it, and that behind its value."""
    above: list[str] = []
    number = key.start_mark.line - 1
    margin = " " * key.start_mark.column + "#"
    while number >= 0 and lines[number].startswith(margin) and key.start_mark.line:
        above.insert(0, lines[number].strip().lstrip("# "))
        number -= 1
    if number < 0:
        above = []  # the head of the file is no comment on its first key
    end = (
        key.end_mark
        if isinstance(value, yaml.CollectionNode) and not value.flow_style
        else (value.end_mark)
    )
    behind = COMMENT.search(lines[end.line][end.column :])
    return " ".join([*above, *([behind[1]] if behind else [])])


def _at(schema: Schema, path: list[str]) -> Schema:
    """The part of a schema that a key must satisfy; empty where it says nothing of it."""
    node = _resolved(schema, schema)
    for name in path:
        node = _resolved(_property(node, name, schema), schema)
    return node


def _property(node: Schema, name: str, schema: Schema) -> Schema:
    for part in [node, *(_resolved(p, schema) for p in node.get("anyOf", node.get("oneOf", [])))]:
        if name in part.get("properties", {}):
            return part["properties"][name]
    return {}


def _resolved(node: Schema, schema: Schema) -> Schema:
    """A part with what it refers to; several references of one part are followed as well."""
    for part in [node, *node.get("allOf", [])]:
        if "$ref" in part:
            target: Any = schema
            for name in part["$ref"].removeprefix("#/").split("/"):
                target = target[name]
            own = {key: value for key, value in node.items() if key not in ("$ref", "allOf")}
            target = _resolved(target, schema)
            both = {**target.get("properties", {}), **own.get("properties", {})}
            node = {**target, **own, **({"properties": both} if both else {})}
    return node


def _allowed(node: Schema, schema: Schema) -> str:
    """What a value may be, in a few words."""
    node = _resolved(node, schema)
    options = node.get("anyOf", node.get("oneOf"))
    if options:
        words = [_allowed(option, schema) for option in options]
        return " or ".join(dict.fromkeys(word for word in words if word))
    if "enum" in node:
        return ", ".join(f"`{value}`" for value in node["enum"])
    if "const" in node:
        return f"`{node['const']}`"
    kinds = node.get("type", [])
    words = [_kind(kind, node, schema) for kind in ([kinds] if isinstance(kinds, str) else kinds)]
    return " or ".join(words)


def _kind(kind: str, node: Schema, schema: Schema) -> str:
    if kind == "array":
        of = _allowed(node.get("items", {}), schema)
        return f"list of {of}" if of else "list"
    names = {"integer": "whole number", "number": "number", "string": "text", "null": "`null`"}
    names |= {"boolean": "`true`, `false`", "object": "mapping"}
    limits = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}
    said = [f"{sign} {node[key]}" for key, sign in limits.items() if key in node]
    return " ".join([names[kind], ", ".join(said) if kind in ("integer", "number") else ""]).strip()
