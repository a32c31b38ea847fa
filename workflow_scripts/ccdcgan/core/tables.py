"""CSV tables and zip archives on disk."""

import zipfile
from collections.abc import Callable, Iterable, Sequence
from os import PathLike
from typing import TypeVar

import pandas as pd

from ccdcgan.core.artifacts import atomic
from ccdcgan.core.errors import InputError

Table = TypeVar("Table")
EPOCH = (1980, 1, 1, 0, 0, 0)  # of every file in an archive, so that equal archives are equal


def write_table(path: str | PathLike[str], table: pd.DataFrame) -> None:
    """Write a table as CSV, atomically."""
    with atomic(path) as temporary:
        table.to_csv(temporary, index=False)


def write_zip(path: str | PathLike[str], files: Iterable[tuple[str, str]]) -> None:
    """Write texts by file name into a zip archive, atomically."""
    with atomic(path) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        for name, text in files:
            archive.writestr(zipfile.ZipInfo(name, EPOCH), text, zipfile.ZIP_DEFLATED)


def read_each(
    read: Callable[[str], Table], names: Iterable[str], paths: Iterable[str]
) -> dict[str, Table]:
    """Read one file for each of some names, such as those of the variants."""
    return {name: read(path) for name, path in zip(names, paths, strict=True)}


def read_table(
    path: str | PathLike[str], columns: Iterable[str], text: Sequence[str] = ()
) -> pd.DataFrame:
    """Read a CSV table; an empty cell is "" in the `text` columns and NaN in all others.

    Raises `InputError` if the file is unreadable, lacks one of `columns` or repeats an id.
    """
    try:
        # Only an empty cell is missing: "NaN" is also the formula of a sodium nitride.
        table = pd.read_csv(
            path, keep_default_na=False, na_values=[""], dtype=dict.fromkeys(text, str)
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())
        raise InputError(f"{path}: not a readable table ({reason}); make it again") from None
    missing = [name for name in columns if name not in table]
    if missing:
        raise InputError(f"{path}: the columns {missing} are missing; make the file again")
    if "id" in table and table["id"].duplicated().any():
        repeated = table["id"][table["id"].duplicated()].iloc[0]
        raise InputError(f"{path}: id {repeated!r} stands in two rows; ids must differ")
    for name in text:
        if name in table:
            table[name] = table[name].fillna("")
    return table
