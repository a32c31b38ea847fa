"""Structures from files: Parquet, CIFs (folder or zip), extended XYZ, ASE database, JSON."""

import gzip
import io
import json
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import ase.db
import ase.io
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pymatgen.io.ase import AseAtomsAdaptor
from pymatgen.io.cif import CifParser
from tqdm import tqdm

from ccdcgan.core.errors import InputError
from ccdcgan.data.sources.records import (
    cell_matrix,
    find_column,
    record,
    record_of_document,
    record_of_structure,
    rejected,
    to_table,
)

Record = dict[str, Any]
Reader = Callable[[Path, Sequence[str], Mapping[str, str]], Iterator[Record]]
BATCH = 2000


def read_local(
    path: str, properties: Sequence[str], columns: Mapping[str, str], energy_scheme: str
) -> pd.DataFrame:
    """Read the records of a file or folder; the kind of file is told by its suffix.

    properties: the target properties to read. columns: by name of ours (`id` or a property), the
    name in the file where it differs. Raises `InputError` for an unreadable file or one that lacks
    a named column; a damaged structure is a row that says so.
    """
    file = Path(path)
    if not file.exists():
        raise InputError(f"data.path {path}: no such file or folder")
    reader = _reader(file)
    rows = tqdm(
        reader(file, properties, columns), f"read {file.name}", mininterval=10, file=sys.stderr
    )
    return to_table(rows, properties, source="local", energy_scheme=energy_scheme)


def _reader(file: Path) -> Reader:
    if file.is_dir():
        return _read_cifs
    readers: dict[str, Reader] = {
        ".parquet": _read_parquet,
        ".zip": _read_cifs,
        ".extxyz": _read_extxyz,
        ".xyz": _read_extxyz,
        ".db": _read_ase_database,
        ".json": _read_json,
        ".json.gz": _read_json,
    }
    for suffix, reader in readers.items():
        if file.name.endswith(suffix):
            return reader
    raise InputError(f"data.path {file}: unknown kind of file; known are {', '.join(readers)}")


def _read_parquet(
    path: Path, properties: Sequence[str], columns: Mapping[str, str]
) -> Iterator[Record]:
    """Read the columns id, lattice (6 or 9 numbers), species, frac_coords, and the properties."""
    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowInvalid, pa.ArrowIOError) as error:
        raise InputError(f"{path}: not a readable Parquet file ({error})") from None
    names = file.schema_arrow.names
    found = _columns(path, names, properties, columns)
    atoms = {name: columns.get(name, name) for name in ("lattice", "species", "frac_coords")}
    needed = {"id": found.get("id", "id"), **atoms}
    missing = [column for column in needed.values() if column not in names]
    if missing:
        raise InputError(f"{path}: no column {', '.join(missing)}; it has {', '.join(names)}")
    for batch in file.iter_batches(BATCH, columns=sorted({*needed.values(), *found.values()})):
        for row in batch.to_pylist():
            values = {name: row[column] for name, column in found.items() if name != "id"}
            name = str(row[needed["id"]])
            try:
                matrix = cell_matrix(row[needed["lattice"]])
            except (ValueError, TypeError, OverflowError) as error:
                yield rejected(name, f"damaged structure: {error}", values, path.name)
                continue
            yield record(
                name,
                matrix,
                row[needed["species"]] or (),
                row[needed["frac_coords"]],
                values,
                path.name,
            )


def _columns(
    path: Path, names: Sequence[str], properties: Sequence[str], columns: Mapping[str, str]
) -> dict[str, str]:
    """Find, by name of ours, the column of a file; properties that it lacks are left out."""
    wrong = [f"{ours}: {theirs}" for ours, theirs in columns.items() if theirs not in names]
    if wrong:
        raise InputError(
            f"data.columns names {', '.join(wrong)}, but {path} has the columns {', '.join(names)}"
        )
    found = {name: find_column(names, name, columns) for name in ("id", *properties)}
    return {name: column for name, column in found.items() if column is not None}


def _read_cifs(
    path: Path, properties: Sequence[str], columns: Mapping[str, str]
) -> Iterator[Record]:
    """Read a CIF a structure, named by its id, and at most one CSV file with the properties."""
    with _Texts(path) as texts:
        tables = [name for name in texts.names if name.endswith(".csv")]
        if len(tables) > 1:
            raise InputError(f"{path}: {len(tables)} CSV files; leave one, with the properties")
        values: dict[str, Record] = {}
        if tables:
            values = _read_properties(path / tables[0], texts.read(tables[0]), properties, columns)
        for name in texts.names:
            if not name.lower().endswith(".cif"):
                continue
            id_ = Path(name).stem
            own = values.pop(id_, {})
            try:
                structure = CifParser(io.StringIO(texts.read(name))).parse_structures(
                    primitive=False, check_occu=True
                )[0]
            except Exception as error:  # the parser raises many kinds for a damaged file
                yield rejected(id_, f"unreadable CIF: {error}", own, name)
                continue
            yield record_of_structure(id_, structure, own, name)
        for id_, own in values.items():
            yield rejected(id_, "no structure: a row of properties without a CIF", own, path.name)


class _Texts:
    """The files of a folder or of a zip archive, by name."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.archive: zipfile.ZipFile | None = None
        if path.is_file():
            try:
                self.archive = zipfile.ZipFile(path)
            except zipfile.BadZipFile as error:
                raise InputError(f"{path}: not a readable zip archive ({error})") from None

    def __enter__(self) -> "_Texts":
        return self

    def __exit__(self, *_: object) -> None:
        if self.archive:
            self.archive.close()

    @property
    def names(self) -> list[str]:
        if self.archive:
            return sorted(self.archive.namelist())
        return sorted(str(p.relative_to(self.path)) for p in self.path.rglob("*") if p.is_file())

    def read(self, name: str) -> str:
        if self.archive:
            return self.archive.read(name).decode(errors="replace")
        return (self.path / name).read_text(errors="replace")


def _read_properties(
    path: Path, text: str, properties: Sequence[str], columns: Mapping[str, str]
) -> dict[str, Record]:
    table = pd.read_csv(io.StringIO(text))
    found = _columns(path, list(table.columns), properties, columns)
    if "id" not in found:
        raise InputError(f"{path}: no column id; it has {', '.join(table.columns)}")
    names = table[found.pop("id")].astype(str).str.removesuffix(".cif")
    if names.duplicated().any():
        raise InputError(f"{path}: id {names[names.duplicated()].iloc[0]!r} stands in two rows")
    return {
        name: {ours: row[theirs] for ours, theirs in found.items()}
        for name, (_, row) in zip(names, table.iterrows(), strict=True)
    }


def _read_extxyz(
    path: Path, properties: Sequence[str], columns: Mapping[str, str]
) -> Iterator[Record]:
    """Read periodic images; id and properties stand in the comment lines."""
    images = ase.io.iread(path, index=":", format="extxyz")
    number = 0
    while True:
        try:
            atoms = next(images)
        except StopIteration:
            return
        except Exception as error:  # ASE raises many kinds for a damaged file
            reason = " ".join(str(error).split())
            raise InputError(f"{path}: damaged after {number} images ({reason})") from None
        energies = dict(atoms.calc.results) if atoms.calc else {}
        yield _record_of_atoms(
            atoms, {**energies, **atoms.info}, f"{path.stem}-{number}", path, properties, columns
        )
        number += 1


def _read_ase_database(
    path: Path, properties: Sequence[str], columns: Mapping[str, str]
) -> Iterator[Record]:
    """Read the rows of an ASE database; id and properties are key-value pairs.

    Of a row's JSON, ASE makes arrays and a few classes of its own, never one that the row names.
    """
    try:
        with ase.db.connect(path) as database:
            for row in database.select():
                values = {**row.data, **row.key_value_pairs}
                name = f"{path.stem}-{row.id}"
                # Not row.toatoms(): that would also make the row's constraints and calculator.
                atoms = ase.Atoms(row.numbers, row.positions, cell=row.cell, pbc=row.pbc)
                yield _record_of_atoms(atoms, values, name, path, properties, columns)
    except InputError:
        raise
    except Exception as error:  # of the database's driver
        raise InputError(f"{path}: not a readable ASE database ({error})") from None


def _record_of_atoms(
    atoms: ase.Atoms,
    values: Mapping[str, Any],
    name: str,
    path: Path,
    properties: Sequence[str],
    columns: Mapping[str, str],
) -> Record:
    found = {ours: find_column(values, ours, columns) for ours in ("id", *properties)}
    own = {ours: values.get(theirs) for ours, theirs in found.items() if theirs and ours != "id"}
    id_ = str(values.get(found["id"] or "", name))
    if not np.all(atoms.pbc):
        return rejected(id_, "no cell: not periodic along all axes", own, path.name)
    try:
        structure = AseAtomsAdaptor.get_structure(atoms)
    except Exception as error:
        return rejected(id_, f"damaged structure: {error}", own, path.name)
    return record_of_structure(id_, structure, own, path.name)


def _read_json(
    path: Path, properties: Sequence[str], columns: Mapping[str, str]
) -> Iterator[Record]:
    """Read pymatgen's JSON: a list or a mapping by id.

    It is one of structures, of entries with a structure, or of {structure, id, properties}.

    The text is read as plain JSON and each structure field by field, so no class that the file
    names is ever imported.
    """
    try:
        with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
            content = json.load(file)
    except (OSError, EOFError, zlib.error, ValueError, RecursionError) as error:
        raise InputError(f"{path}: not readable JSON ({error})") from None
    if isinstance(content, dict) and "lattice" not in content and "structure" not in content:
        items = [(str(key), value) for key, value in content.items()]
    else:
        items = [("", value) for value in (content if isinstance(content, list) else [content])]
    for number, (key, value) in enumerate(items):
        name = key or f"{path.name.split('.')[0]}-{number}"
        if not isinstance(value, dict):
            yield rejected(name, f"no structure: a {type(value).__name__}", {}, path.name)
            continue
        body = value.get("structure", value)
        values = {
            **_mapping(value.get("data")),
            **_mapping(value.get("parameters")),
            **_mapping(_mapping(body).get("properties")),
            **value,
        }
        found = {ours: find_column(values, ours, columns) for ours in ("id", *properties)}
        own = {o: values.get(theirs) for o, theirs in found.items() if theirs and o != "id"}
        id_ = name
        if not key:
            id_ = str(value.get("entry_id") or values.get(found["id"] or "") or name)
        yield record_of_document(id_, body, own, path.name)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
