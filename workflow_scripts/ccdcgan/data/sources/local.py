"""Structures from files: Parquet, CIFs (folder or zip), CSV, extended XYZ, ASE database, JSON.

Each kind of file has its reader in a module `local_…`; here the kind is told and the rows are
counted.
"""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pandas as pd
from tqdm import tqdm

from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.limits import USUAL, LimitSettings
from ccdcgan.data.sources.bounded import beyond, check_size
from ccdcgan.data.sources.local_ase import read_ase_database, read_extxyz
from ccdcgan.data.sources.local_cif import read_cifs
from ccdcgan.data.sources.local_csv import check_units, read_csv
from ccdcgan.data.sources.local_json import read_json
from ccdcgan.data.sources.local_parquet import read_parquet
from ccdcgan.data.sources.records import Record, to_table

Reader = Callable[[Path, Sequence[str], Mapping[str, str], LimitSettings], Iterator[Record]]
READERS: dict[str, Reader] = {
    ".parquet": read_parquet,
    ".zip": read_cifs,
    ".csv": read_csv,
    ".extxyz": read_extxyz,
    ".xyz": read_extxyz,
    ".db": read_ase_database,
    ".json": read_json,
    ".json.gz": read_json,
}
"""By suffix; each gives a row a structure."""


def read_local(
    path: str,
    properties: Sequence[str],
    columns: Mapping[str, str],
    energy_scheme: str,
    limits: LimitSettings = USUAL,
    units: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Read the records of a file or folder; the kind of file is told by its suffix.

    properties: the target properties to read. columns: by name of ours (`id` or a property), the
    name in the file where it differs. units: of the properties, which the header of a CSV file is
    held against. Raises `InputError` for an unreadable file, one that lacks a named column, one of
    another unit and one beyond the limits; a structure that is damaged or too large is a row that
    says so.
    """
    file = Path(path)
    if not file.exists():
        raise InputError(f"data.path {path}: no such file or folder")
    reader = _reader(file)
    if not file.is_dir():
        check_size(file, limits)
    if units and reader is read_csv:
        check_units(file, units, columns)
    found = _counted(reader(file, properties, columns, limits), file, limits)
    rows = tqdm(found, f"read {file.name}", mininterval=10, file=sys.stderr)
    return to_table(rows, properties, source="local", energy_scheme=energy_scheme)


def _counted(rows: Iterator[Record], path: Path, limits: LimitSettings) -> Iterator[Record]:
    for number, row in enumerate(rows):
        if number >= limits.structures:
            raise beyond(path, f"more than {number} structures", "structures", limits.structures)
        yield row


def _reader(file: Path) -> Reader:
    if file.is_dir():
        return read_cifs
    for suffix, reader in READERS.items():
        if file.name.endswith(suffix):
            return reader
    raise InputError(f"data.path {file}: unknown kind of file; known are {', '.join(READERS)}")
