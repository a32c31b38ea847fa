"""Structures from CIFs, in a folder or a zip archive."""

import io
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from pymatgen.io.cif import CifParser

from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.limits import MB, LimitSettings
from ccdcgan.data.sources.bounded import Texts, too_large
from ccdcgan.data.sources.records import Record, find_columns, record_of_structure, rejected

OPERATIONS = 192
"""Symmetry operations of a conventional cell, at most."""


def read_cifs(
    path: Path, properties: Sequence[str], columns: Mapping[str, str], limits: LimitSettings
) -> Iterator[Record]:
    """Read CIFs, and at most one CSV file with the properties.

    The id of a structure is the name of its CIF; where a CIF has several blocks with structures,
    their number follows it, as in `name-0`.
    """
    with Texts(path, limits) as texts:
        tables = [name for name in texts.names if name.endswith(".csv")]
        if len(tables) > 1:
            raise InputError(f"{path}: {len(tables)} CSV files; leave one, with the properties")
        values: dict[str, Record] = {}
        if tables:
            values = _read_properties(path, texts, tables[0], properties, columns)
        for name in texts.names:
            if not name.lower().endswith(".cif"):
                continue
            stem = Path(name).stem
            if texts.size(name) > limits.entry * MB:
                reason = f"too large: a CIF beyond data.limits.entry ({limits.entry} MB)"
                yield rejected(stem, reason, values.pop(stem, {}), name)
                continue
            try:
                blocks = _blocks(texts.read(name))
            except ValueError as error:
                yield rejected(stem, f"unreadable CIF: {error}", values.pop(stem, {}), name)
                continue
            for number, block in enumerate(blocks):
                id_ = stem if len(blocks) == 1 else f"{stem}-{number}"
                yield record_of_cif(id_, block, values.pop(id_, {}), name, limits)
        for id_, own in values.items():
            yield rejected(id_, "no structure: a row of properties without a CIF", own, path.name)


def _blocks(text: str) -> list[str]:
    """Split a CIF into its blocks with atoms; without any, it is one."""
    parts = re.split(r"(?im)^(?=[ \t]*data_)", text)
    return [part for part in parts if "_atom_site_" in part and "data_" in part.lower()] or [text]


def record_of_cif(
    id_: str, text: str, values: Mapping[str, Any], name: str, limits: LimitSettings
) -> Record:
    """Make a row of the text of a CIF, of its first block; one that is damaged says so."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            parser = CifParser(io.StringIO(text))
            fault = _fault_of_cif(parser, limits)
            if fault:
                return rejected(id_, fault, values, name)
            structure = parser.parse_structures(primitive=False, check_occu=True)[0]
    except MemoryError:
        raise
    except Exception as error:  # the parser raises many kinds for a damaged file
        return rejected(id_, f"unreadable CIF: {error}"[:300], values, name)
    return record_of_structure(id_, structure, values, name)


def _fault_of_cif(parser: CifParser, limits: LimitSettings) -> str:
    """Count what a CIF says before its atoms are made: they may be 192 times as many."""
    operations = 0
    for block in parser.as_dict().values():
        for key, value in block.items():
            count = len(value) if isinstance(value, list) else 1
            if key.startswith("_atom_site_fract_") and (fault := too_large(count, limits)):
                return fault
            if key.endswith(("_equiv_pos_as_xyz", "_symop_operation_xyz")):
                operations = max(operations, count)
    if operations > OPERATIONS:
        return f"unreadable CIF: {operations} symmetry operations, of at most {OPERATIONS}"
    return ""


def _read_properties(
    folder: Path,
    texts: Texts,
    name: str,
    properties: Sequence[str],
    columns: Mapping[str, str],
) -> dict[str, Record]:
    path = folder / name
    try:
        table = pd.read_csv(io.StringIO(texts.read(name)))
    except (ValueError, OverflowError) as error:
        reason = " ".join(str(error).split())
        raise InputError(f"{path}: not a readable table ({reason})") from None
    found = find_columns(path, list(table.columns), properties, columns)
    if "id" not in found:
        raise InputError(f"{path}: no column id; it has {', '.join(table.columns)}")
    names = table[found.pop("id")].astype(str).str.removesuffix(".cif")
    if names.duplicated().any():
        raise InputError(f"{path}: id {names[names.duplicated()].iloc[0]!r} stands in two rows")
    return {
        name: {ours: row[theirs] for ours, theirs in found.items()}
        for name, (_, row) in zip(names, table.iterrows(), strict=True)
    }
