"""CSV tables and zip archives on disk.

A spreadsheet takes a cell that begins with =, +, -, @ or a tab for a formula, whoever wrote it, and
names of files and structures may come from anyone. Such texts are written with an apostrophe
before them, which a spreadsheet takes for the mark of text; `read_table` takes it away again.
"""

import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from os import PathLike
from typing import TypeVar

import pandas as pd

from ccdcgan.core.artifacts import atomic
from ccdcgan.core.errors import InputError

Table = TypeVar("Table")
EPOCH = (1980, 1, 1, 0, 0, 0)  # of every file in an archive, so that equal archives are equal
FORMULA = re.compile(r"'*[=+\-@\t\r]")
"""What a spreadsheet may take for a formula, and what stands for such a text in a file."""
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")


def write_table(path: str | PathLike[str], table: pd.DataFrame) -> None:
    """Write a table as CSV, atomically, no text of it a formula."""
    with atomic(path) as temporary:
        texts = {
            name: table[name].map(_without_formula) for name in table if _has_text(table[name])
        }
        table.assign(**texts).to_csv(temporary, index=False)


def _has_text(column: pd.Series) -> bool:
    return column.dtype == object or isinstance(column.dtype, pd.StringDtype)


def _without_formula(cell: object) -> object:
    if isinstance(cell, str) and FORMULA.match(cell) and not NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


def _with_formula(cell: object) -> object:
    if isinstance(cell, str) and cell.startswith("'") and FORMULA.match(cell):
        return cell[1:]
    return cell


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
    path: str | PathLike[str],
    columns: Iterable[str],
    text: Sequence[str] = (),
    numbers: Sequence[str] = (),
) -> pd.DataFrame:
    """Read a CSV table; an empty cell is "" in the `text` columns and NaN in all others.

    numbers: columns that must hold nothing but numbers. Raises `InputError` if the file is
    unreadable, lacks one of `columns`, repeats an id or holds something else for a number.
    """
    try:
        # Only an empty cell is missing: "NaN" is also the formula of a sodium nitride.
        table = pd.read_csv(
            path,
            keep_default_na=False,
            na_values=[""],
            dtype=dict.fromkeys(text, str),
            encoding="utf-8",
        )
    except ValueError as error:  # pandas' own and those of the encoding are some
        reason = " ".join(str(error).split())
        raise InputError(f"{path}: not a readable table ({reason}); make it again") from None
    missing = [name for name in columns if name not in table]
    if missing:
        raise InputError(f"{path}: the columns {missing} are missing; make the file again")
    ids = table["id"].dropna() if "id" in table else table.index
    if ids.duplicated().any():
        repeated = ids[ids.duplicated()].iloc[0]
        raise InputError(f"{path}: id {repeated!r} stands in two rows; ids must differ")
    for name in numbers:
        wrong = table[name][pd.to_numeric(table[name], errors="coerce").isna()].dropna()
        if len(wrong):
            raise InputError(
                f"{path}: {str(wrong.iloc[0])[:80]!r} in the column {name} is no number; make the "
                "file again"
            )
    for name in text:
        if name in table:
            table[name] = table[name].fillna("").map(_with_formula)
    return table
