"""Parquet files in which no damaged byte goes unseen.

Pages carry checksums, as the format has them, which readers of any kind can verify. Those leave
out what stands before a page and the file's own description at its end, in which a changed bit
still gave other numbers. So between the last page and that description, where the format allows
anything, stands the SHA-256 of all the rest. Other readers pass over it, and files without it are
read as before.
"""

import hashlib
from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ccdcgan.core.artifacts import atomic
from ccdcgan.core.errors import InputError

MARK = b"ccdcgan1"
SEAL = len(MARK) + hashlib.sha256().digest_size
END = 8  # length of the description, and PAR1
CHUNK = 2**22
DAMAGE = (OSError, ValueError, KeyError, TypeError, pa.ArrowException)
"""What pyarrow and pandas make of a damaged file."""


def write_parquet(path: str | PathLike[str], table: pa.Table) -> None:
    """Write a table, atomically, with checksums of its pages and of the file."""
    with atomic(path) as temporary:
        pq.write_table(table, temporary, compression="zstd", write_page_checksum=True)
        _seal(temporary)


def read_parquet(path: str | PathLike[str], **options: Any) -> pa.Table:
    """Read a table. options: of pyarrow, such as `columns` and `filters`.

    Raises `InputError` with one line that names the file if it is damaged.
    """
    try:
        check_seal(path)
        return pq.read_table(path, page_checksum_verification=True, **options)
    except DAMAGE as error:
        raise unreadable(path, error) from None


def read_notes(path: str | PathLike[str]) -> tuple[Sequence[str], Mapping[bytes, bytes], int]:
    """Read the names of the columns, the notes beside them, and the number of rows of a file.

    Raises `InputError` if it is damaged.
    """
    try:
        check_seal(path)
        schema = pq.read_schema(path)
        return schema.names, schema.metadata or {}, pq.read_metadata(path).num_rows
    except DAMAGE as error:
        raise unreadable(path, error) from None


def unreadable(path: str | PathLike[str], error: Exception) -> InputError:
    """Make the line that is said of a damaged file."""
    reason = " ".join(str(error).split())[:300]
    return InputError(f"{path}: not a readable Parquet file ({reason}); make or get it again")


def check_seal(path: str | PathLike[str]) -> None:
    """Hold a file against the SHA-256 that stands in it, if one does; ValueError if they differ."""
    with Path(path).open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(size - END, 0))
        place = size - END - int.from_bytes(file.read(4), "little") - SEAL
        if place < 0:
            return
        file.seek(place)
        seal = file.read(SEAL)
        if not seal.startswith(MARK):
            return
        found = hashlib.sha256()
        file.seek(0)
        while left := place - file.tell():
            found.update(file.read(min(left, CHUNK)))
        file.seek(SEAL, 1)
        found.update(file.read())
    if found.digest() != seal[len(MARK) :]:
        raise ValueError("damaged: it has not the SHA-256 that it was written with")


def _seal(path: Path) -> None:
    """Put the SHA-256 of a file between its pages and its description."""
    with path.open("r+b") as file:
        whole = hashlib.file_digest(file, "sha256").digest()
        size = file.seek(0, 2)
        file.seek(size - END)
        place = size - END - int.from_bytes(file.read(4), "little")
        file.seek(place)
        description = file.read()
        file.seek(place)
        file.write(MARK + whole + description)
