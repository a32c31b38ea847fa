"""Structures from Parquet files, a row a structure."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ccdcgan.core.errors import InputError
from ccdcgan.core.parquet import DAMAGE, check_seal, unreadable
from ccdcgan.core.settings.limits import MB, LimitSettings
from ccdcgan.data.sources.bounded import beyond, too_large
from ccdcgan.data.sources.records import Record, cell_matrix, find_columns, record, rejected

BATCH = 2000


def read_parquet(
    path: Path, properties: Sequence[str], columns: Mapping[str, str], limits: LimitSettings
) -> Iterator[Record]:
    """Read the columns id, lattice (6 or 9 numbers), species, frac_coords, and the properties."""
    try:
        check_seal(path)
        file = pq.ParquetFile(path, page_checksum_verification=True)
        names = file.schema_arrow.names
    except DAMAGE as error:
        raise unreadable(path, error) from None
    found = find_columns(path, names, properties, columns)
    atoms = {name: columns.get(name, name) for name in ("lattice", "species", "frac_coords")}
    needed = {"id": found.get("id", "id"), **atoms}
    missing = [column for column in needed.values() if column not in names]
    if missing:
        raise InputError(f"{path}: no column {', '.join(missing)}; it has {', '.join(names)}")
    _check_unpacked(path, file.metadata, limits)
    wanted = sorted({*needed.values(), *found.values()})
    batches = file.iter_batches(BATCH, columns=wanted)
    while True:
        try:
            batch = next(batches)
            counts = _lengths(batch.column(wanted.index(needed["species"])))
            # The atoms of a structure that is too large are not even looked at.
            fits = pa.array(counts <= limits.atoms)
            scalars = [name for name in wanted if name not in atoms.values()]
            rows = batch.select(scalars).to_pylist()
            whole = iter(batch.select(list(atoms.values())).filter(fits).to_pylist())
        except StopIteration:
            return
        except DAMAGE as error:
            raise unreadable(path, error) from None
        for row, count in zip(rows, counts, strict=True):
            values = {name: row[column] for name, column in found.items() if name != "id"}
            name = str(row[needed["id"]])
            if fault := too_large(int(count), limits):
                yield rejected(name, fault, values, path.name)
                continue
            own = next(whole)
            try:
                matrix = cell_matrix(own[needed["lattice"]])
            except (ValueError, TypeError, OverflowError) as error:
                yield rejected(name, f"damaged structure: {error}", values, path.name)
                continue
            species, coords = own[needed["species"]] or (), own[needed["frac_coords"]]
            yield record(name, matrix, species, coords, values, path.name)


def _lengths(column: pa.Array) -> np.ndarray:
    """Count the entries of each row; those of a column that holds no lists are 0."""
    if not (pa.types.is_list(column.type) or pa.types.is_large_list(column.type)):
        return np.zeros(len(column), dtype=int)
    return pc.list_value_length(column).fill_null(0).to_numpy(zero_copy_only=False)


def _check_unpacked(path: Path, metadata: pq.FileMetaData, limits: LimitSettings) -> None:
    """Raise `InputError` for a file whose columns, or their numbers, are beyond the limits."""
    if metadata.num_rows > limits.structures:
        raise beyond(path, f"{metadata.num_rows} rows", "structures", limits.structures)
    groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
    chunks = [group.column(place) for group in groups for place in range(group.num_columns)]
    size = sum(max(one.total_uncompressed_size, 8 * one.num_values) for one in chunks)
    if size > limits.file * MB:
        raise beyond(path, f"unpacks to {size / MB:.0f} MB", "file", limits.file, " MB")
