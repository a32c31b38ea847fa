"""The JSON schema of a model, in a form that can be walked from key to key."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel


def inlined_schema(model: type[BaseModel]) -> dict[str, Any]:
    """Return the JSON schema of a model without references, titles and patterns of keys.

    Editors follow it as well as one with references, a key that two sections share can have a
    default value of its own in either, and each place has one schema.
    """
    schema = model.model_json_schema()
    definitions = schema.pop("$defs", {})

    def inlined(node: Any) -> Any:
        if isinstance(node, list):
            return [inlined(entry) for entry in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            node = {**definitions[node["$ref"].rpartition("/")[2]], **node}
        node = {key: value for key, value in node.items() if key not in ("$ref", "title")}
        for pattern, entry in node.pop("patternProperties", {}).items():
            node["propertyNames"] = {**node.get("propertyNames", {}), "pattern": pattern}
            node["additionalProperties"] = entry
        named = {name: inlined(entry) for name, entry in node.pop("properties", {}).items()}
        found = {key: inlined(value) for key, value in node.items()}
        return found | ({"properties": named} if named else {})

    return inlined(schema)


def with_defaults(schema: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of what a person writes: a key with a default value may be left out."""
    properties = dict(schema["properties"])
    for key, value in defaults.items():
        section = "properties" in properties[key]
        default = with_defaults(properties[key], value) if section else {"default": value}
        properties[key] = {**properties[key], **default}
    required = [key for key in schema.get("required", []) if key not in defaults]
    return {**schema, "properties": properties, "required": required}


def child(node: Mapping[str, Any], part: int | str) -> Mapping[str, Any]:
    """Return the schema of an entry of a section, a mapping or a list; empty if it has none."""
    for branch in (node, *node.get("anyOf", [])):
        if isinstance(part, str) and part in branch.get("properties", {}):
            return branch["properties"][part]
        if isinstance(part, str) and isinstance(branch.get("additionalProperties"), dict):
            return branch["additionalProperties"]
        if isinstance(part, int) and part < len(branch.get("prefixItems", [])):
            return branch["prefixItems"][part]
        if isinstance(part, int) and isinstance(branch.get("items"), dict):
            return branch["items"]
    return {}
