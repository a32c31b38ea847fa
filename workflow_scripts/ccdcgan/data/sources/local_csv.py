"""Structures from one CSV file: a CIF in a column, and properties with units in the header."""

import csv
import io
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.limits import MB, LimitSettings
from ccdcgan.data.sources.local_cif import record_of_cif
from ccdcgan.data.sources.records import Record, find_columns, rejected

HEADER = re.compile(r"(?P<name>.*?)\s*[\[(](?P<unit>[^\[\]()]*)[\])]\s*")
"""A column with its unit, such as `band_gap (eV)` or `band_gap [eV]`."""
CIF = "cif"
csv.field_size_limit(min(sys.maxsize, 2**31 - 1))  # of a CIF; data.limits.entry is the limit


def read_csv(
    path: Path, properties: Sequence[str], columns: Mapping[str, str], limits: LimitSettings
) -> Iterator[Record]:
    """Read a CSV file with a row a structure: `id`, its CIF in the column `cif`, and properties.

    A unit behind a column's name is no part of the name. Raises `InputError` for a file that is no
    table and for one without these columns.
    """
    with _open(path) as text:
        rows = csv.DictReader(text)
        header = _header(path, rows)
        names = [_split(column)[0] for column in header]
        found = find_columns(path, names, properties, columns)
        if CIF not in names or "id" not in found:
            raise InputError(
                f"{path}: needs the columns id and cif, with the text of a CIF in each row; it has "
                f"{', '.join(header)}"
            )
        place = dict(zip(names, header, strict=True))
        id_column = found.pop("id")
        try:
            for number, row in enumerate(rows):
                name = row[place[id_column]] or f"row-{number}"
                content = row[place[CIF]] or ""
                values = {ours: row[place[theirs]] for ours, theirs in found.items()}
                if len(content) > limits.entry * MB:
                    reason = f"too large: a CIF beyond data.limits.entry ({limits.entry} MB)"
                    yield rejected(name, reason, values, path.name)
                else:
                    yield record_of_cif(name, content, values, path.name, limits)
        except (csv.Error, UnicodeDecodeError) as error:
            raise InputError(f"{path}: not a readable table ({error})") from None


def check_units(path: Path, units: Mapping[str, str], columns: Mapping[str, str]) -> None:
    """Raise `InputError` unless each property of a CSV file has the unit that `units` names.

    Properties that the file does not have are left to those who need them.
    """
    with _open(path) as text:
        header = dict(_split(column) for column in _header(path, csv.DictReader(text)))
    for name, unit in units.items():
        column = columns.get(name, name)
        if column not in header:
            continue
        if not header[column]:
            raise InputError(
                f"{path}: the column {column} has no unit; name it '{column} ({unit})' if it is in "
                f"{unit}, as data.properties says"
            )
        if header[column] != unit:
            raise InputError(
                f"{path}: the column {column} is in {header[column]}, but data.properties says "
                f"{unit}; correct one of them"
            )


def _open(path: Path) -> io.TextIOWrapper:
    return path.open(newline="", encoding="utf-8-sig")


def _header(path: Path, rows: "csv.DictReader[str]") -> list[str]:
    """Return the names of the columns; `InputError` if there are none or some are equal."""
    try:
        header = [str(column) for column in rows.fieldnames or ()]
    except (csv.Error, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not a readable table ({error})") from None
    names = [_split(column)[0] for column in header]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if not header or repeated:
        what = f"the column {repeated[0]!r} twice" if repeated else "no line"
        raise InputError(f"{path}: not a readable table (it has {what})")
    return header


def _split(column: str) -> tuple[str, str]:
    """Split the header of a column into its name and its unit, "" if it has none."""
    match = HEADER.fullmatch(column.strip())
    return (match["name"], match["unit"].strip()) if match else (column.strip(), "")
