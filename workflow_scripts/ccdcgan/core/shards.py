"""HDF5 shards: the compressed arrays that pass between the stages.

Every file carries `schema_version`, `kind`, what it was made with, the seed, the config's
digest and the library versions as attributes. Readers check the kind and the attributes they need.
Every array carries Fletcher-32 checksums, and the format is HDF5's latest, whose own structures
have checksums too, so that a damaged byte is an error and no other number.
"""

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from os import PathLike
from typing import Any

import h5py
import hdf5plugin
import numpy as np
from numpy.typing import NDArray

from ccdcgan.core.artifacts import atomic
from ccdcgan.core.errors import InputError

SCHEMA_VERSION = 1
COMPRESSION = hdf5plugin.Zstd(clevel=3)  # measured: smaller and faster than Blosc2 on 8-bit images


class ShardWriter:
    """Appends rows to the arrays of one open shard."""

    def __init__(self, file: h5py.File) -> None:
        self._file = file

    def array(self, name: str, shape: tuple[int, ...], dtype: str) -> None:
        """Create an empty array of rows of `shape`; a row of images is one compressed chunk."""
        chunk = (1, *shape) if shape else (1024,)
        self._file.create_dataset(
            name,
            (0, *shape),
            dtype,
            maxshape=(None, *shape),
            chunks=chunk,
            compression=COMPRESSION,
            fletcher32=True,
        )

    def append(self, name: str, rows: NDArray[Any]) -> None:
        """Append rows to an array made by `array`."""
        dataset = self._file[name]
        start = len(dataset)
        dataset.resize(start + len(rows), axis=0)
        dataset[start:] = rows

    def strings(self, name: str, values: Sequence[str]) -> None:
        """Write a whole column of strings, of one width: only so they have checksums."""
        encoded = [value.encode() for value in values]
        kind = h5py.string_dtype(length=max(1, *map(len, encoded), 1))
        self._column(name, np.array(encoded, dtype=kind))

    def column(self, name: str, values: NDArray[Any]) -> None:
        """Write a whole column of numbers, or a table whose rows are small."""
        self._column(name, values)

    def _column(self, name: str, values: NDArray[Any]) -> None:
        if values.size:
            self._file.create_dataset(name, data=values, fletcher32=True, chunks=True)
        else:  # which has no chunk, and nothing to check
            self._file.create_dataset(name, data=values)


@contextmanager
def write_shard(
    path: str | PathLike[str], kind: str, attributes: Mapping[str, Any], notes: Mapping[str, Any]
) -> Iterator[ShardWriter]:
    """Open a new shard; it appears at `path` only when the block has succeeded."""
    with atomic(path) as temporary:
        # In memory first: HDF5 crashes when it cannot flush to a full disk.
        image = io.BytesIO()
        with h5py.File(image, "w", libver="latest") as file:
            file.attrs["schema_version"] = SCHEMA_VERSION
            file.attrs["kind"] = kind
            for name, value in attributes.items():
                file.attrs[name] = value
            file.attrs["provenance"] = json.dumps(dict(notes))
            yield ShardWriter(file)
        temporary.write_bytes(image.getbuffer())


@contextmanager
def read_shard(
    path: str | PathLike[str], kind: str, attributes: Mapping[str, Any] | None = None
) -> Iterator[h5py.File]:
    """Open a shard of the given kind that has these attributes.

    Raises `InputError` for a file that is no HDF5, truncated, of another kind or schema, or made
    with others; also when an array turns out to be damaged while it is read.
    """
    advice = "delete it and run the workflow again"
    try:
        file = h5py.File(path, "r")
    except OSError as error:
        raise InputError(
            f"{path}: missing, truncated or no HDF5 file ({error}); {advice}"
        ) from None
    with file:
        try:
            _check_kind(file, path, kind, attributes or {}, advice)
            yield file
        except (OSError, KeyError, RuntimeError) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise  # of another file, such as one that found no room
            raise InputError(f"{path}: damaged ({error}); {advice}") from None


def _check_kind(
    file: h5py.File,
    path: str | PathLike[str],
    kind: str,
    attributes: Mapping[str, Any],
    advice: str,
) -> None:
    found = (file.attrs.get("kind"), file.attrs.get("schema_version"))
    if found != (kind, SCHEMA_VERSION):
        raise InputError(
            f"{path}: holds kind {found[0]!r}, schema {found[1]}, "
            f"not {kind!r}, schema {SCHEMA_VERSION}; {advice}"
        )
    for name, value in attributes.items():
        if file.attrs.get(name) != value:
            raise InputError(
                f"{path}: was made with {name} {file.attrs.get(name)}, "
                f"but {value} is asked for; {advice}"
            )


def strings(dataset: h5py.Dataset) -> list[str]:
    """A column of strings as a list."""
    return [str(value) for value in dataset.asstr()[:]]
