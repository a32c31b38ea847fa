"""Structures from JSON as pymatgen writes it, entry by entry."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.limits import MB, LimitSettings
from ccdcgan.data.sources.bounded import read_unpacked, too_large
from ccdcgan.data.sources.json_entries import entries, is_mapping, keyed, value_of
from ccdcgan.data.sources.records import Record, find_column, record_of_document, rejected


def read_json(
    path: Path, properties: Sequence[str], columns: Mapping[str, str], limits: LimitSettings
) -> Iterator[Record]:
    """Read pymatgen's JSON: a list or a mapping by id.

    It is one of structures, of entries with a structure, or of {structure, id, properties}.

    The text is read as plain JSON, entry by entry, and each structure field by field, so no class
    that the file names is ever imported.
    """
    text = read_unpacked(path, limits).removeprefix(b"\xef\xbb\xbf")
    try:
        by_id = is_mapping(text) and not any(
            entry.lstrip().startswith((b'"lattice"', b'"structure"'))
            for entry in entries(text, limits.depth)
        )
        one = is_mapping(text) and not by_id
        for number, entry in enumerate([text] if one else entries(text, limits.depth)):
            name = f"{path.name.split('.')[0]}-{number}"
            yield _record_of_entry(name, entry, by_id, path, properties, columns, limits)
    except ValueError as error:
        raise InputError(f"{path}: not readable JSON ({error})") from None


def _record_of_entry(
    name: str,
    entry: bytes,
    by_id: bool,
    path: Path,
    properties: Sequence[str],
    columns: Mapping[str, str],
    limits: LimitSettings,
) -> Record:
    key = ""
    if len(entry) > limits.entry * MB:
        reason = f"too large: an entry beyond data.limits.entry ({limits.entry} MB)"
        return rejected(name, reason, {}, path.name)
    try:
        if by_id:
            key, entry = keyed(entry)
        value = value_of(entry)
    except ValueError as error:
        return rejected(key or name, f"damaged structure: no JSON ({error})", {}, path.name)
    if not isinstance(value, dict):
        return rejected(key or name, f"no structure: a {type(value).__name__}", {}, path.name)
    body = value.get("structure", value)
    values = {
        **_mapping(value.get("data")),
        **_mapping(value.get("parameters")),
        **_mapping(_mapping(body).get("properties")),
        **value,
    }
    found = {ours: find_column(values, ours, columns) for ours in ("id", *properties)}
    own = {o: values.get(theirs) for o, theirs in found.items() if theirs and o != "id"}
    id_ = key or str(value.get("entry_id") or values.get(found["id"] or "") or name)
    sites = _mapping(body).get("sites")
    if isinstance(sites, list) and (fault := too_large(len(sites), limits)):
        return rejected(id_, fault, own, path.name)
    return record_of_document(id_, body, own, path.name)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
