"""Structures from files: Parquet, CIFs (folder or zip), extended XYZ, ASE database, JSON."""

import contextlib
import io
import re
import sqlite3
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import ase.db
import ase.io
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pymatgen.io.ase import AseAtomsAdaptor
from pymatgen.io.cif import CifParser
from tqdm import tqdm

from ccdcgan.core.errors import InputError
from ccdcgan.core.parquet import DAMAGE, check_seal, unreadable
from ccdcgan.core.settings.limits import MB, USUAL, LimitSettings
from ccdcgan.data.sources.bounded import Texts, beyond, check_size, read_unpacked
from ccdcgan.data.sources.json_entries import entries, is_mapping, keyed, value_of
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
Reader = Callable[[Path, Sequence[str], Mapping[str, str], LimitSettings], Iterator[Record]]
BATCH = 2000
OPERATIONS = 192
"""Symmetry operations of a conventional cell, at most."""
COLUMNS = 1000
"""Numbers of an atom in an extended XYZ file, at most: ASE makes a field of each that is told."""


def read_local(
    path: str,
    properties: Sequence[str],
    columns: Mapping[str, str],
    energy_scheme: str,
    limits: LimitSettings = USUAL,
) -> pd.DataFrame:
    """Read the records of a file or folder; the kind of file is told by its suffix.

    properties: the target properties to read. columns: by name of ours (`id` or a property), the
    name in the file where it differs. Raises `InputError` for an unreadable file, one that lacks a
    named column and one beyond the limits; a structure that is damaged or too large is a row that
    says so.
    """
    file = Path(path)
    if not file.exists():
        raise InputError(f"data.path {path}: no such file or folder")
    reader = _reader(file)
    if not file.is_dir():
        check_size(file, limits)
    found = _counted(reader(file, properties, columns, limits), file, limits)
    rows = tqdm(found, f"read {file.name}", mininterval=10, file=sys.stderr)
    return to_table(rows, properties, source="local", energy_scheme=energy_scheme)


def _counted(rows: Iterator[Record], path: Path, limits: LimitSettings) -> Iterator[Record]:
    for number, row in enumerate(rows):
        if number >= limits.structures:
            raise beyond(path, f"more than {number} structures", "structures", limits.structures)
        yield row


def _too_large(atoms: int, limits: LimitSettings) -> str:
    """Say why a structure of so many atoms is not read, or ""."""
    if atoms <= limits.atoms:
        return ""
    return f"too large: {atoms} atoms, beyond data.limits.atoms ({limits.atoms})"


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
    path: Path, properties: Sequence[str], columns: Mapping[str, str], limits: LimitSettings
) -> Iterator[Record]:
    """Read the columns id, lattice (6 or 9 numbers), species, frac_coords, and the properties."""
    try:
        check_seal(path)
        file = pq.ParquetFile(path, page_checksum_verification=True)
        names = file.schema_arrow.names
    except DAMAGE as error:
        raise unreadable(path, error) from None
    found = _columns(path, names, properties, columns)
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
            if fault := _too_large(int(count), limits):
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
                yield _record_of_block(id_, block, values.pop(id_, {}), name, limits)
        for id_, own in values.items():
            yield rejected(id_, "no structure: a row of properties without a CIF", own, path.name)


def _blocks(text: str) -> list[str]:
    """Split a CIF into its blocks with atoms; without any, it is one."""
    parts = re.split(r"(?im)^(?=[ \t]*data_)", text)
    return [part for part in parts if "_atom_site_" in part and "data_" in part.lower()] or [text]


def _record_of_block(
    id_: str, text: str, values: Mapping[str, Any], name: str, limits: LimitSettings
) -> Record:
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
            if key.startswith("_atom_site_fract_") and (fault := _too_large(count, limits)):
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
    path: Path, properties: Sequence[str], columns: Mapping[str, str], limits: LimitSettings
) -> Iterator[Record]:
    """Read periodic images; id and properties stand in the comment lines.

    The lines of an image are taken by the number that it begins with, as far as the file goes.
    """
    number = 0
    with path.open(encoding="utf-8", errors="replace") as file:
        while head := file.readline():
            if not head.strip() and not file.read().strip():
                return
            name = f"{path.stem}-{number}"
            lines = _lines_of_image(file, head, path, number, limits)
            number += 1
            if isinstance(lines, int):
                yield rejected(name, _too_large(lines, limits), {}, path.name)
                continue
            try:
                atoms = _atoms_of(lines)
            except MemoryError:
                raise
            except Exception as error:  # ASE raises many kinds for a damaged image
                reason = f"damaged structure: {type(error).__name__} {error}"[:300]
                yield rejected(name, reason, {}, path.name)
                continue
            energies = dict(atoms.calc.results) if atoms.calc else {}
            values = {**energies, **atoms.info}
            yield _record_of_atoms(atoms, values, name, path, properties, columns)


def _lines_of_image(
    file: io.TextIOWrapper, head: str, path: Path, number: int, limits: LimitSettings
) -> list[str] | int:
    """Take the lines of an image behind its first one; of one that is too large, their number."""
    damaged = f"{path}: damaged after {number} images"
    try:
        count = int(head)
    except ValueError:
        shown = head.strip()[:40]
        raise InputError(f"{damaged} ({shown!r} is no number of atoms)") from None
    if count < 0:
        raise InputError(f"{damaged} ({count} atoms)")
    lines = [head, file.readline()]
    for _ in range(count):
        line = file.readline()
        if not line:
            raise InputError(f"{damaged} (it ends before the {count} atoms that it says)")
        if count <= limits.atoms:
            lines.append(line)
    return lines if count <= limits.atoms else count


def _atoms_of(lines: Sequence[str]) -> ase.Atoms:
    told = re.search(r'Properties\s*=\s*"?([^\s"]*)', lines[1], re.IGNORECASE)
    for width in re.findall(r":(\d+)", told[1]) if told else ():
        if int(width[:20]) > COLUMNS:
            raise ValueError(f"{width[:20]} numbers an atom")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = ase.io.read(io.StringIO("".join(lines)), index=0, format="extxyz")
    assert isinstance(found, ase.Atoms)
    return found


def _read_ase_database(
    path: Path, properties: Sequence[str], columns: Mapping[str, str], limits: LimitSettings
) -> Iterator[Record]:
    """Read the rows of an ASE database; id and properties are key-value pairs.

    Of a row's JSON, ASE makes arrays and a few classes of its own, never one that the row names.
    """
    try:
        _refuse_views(path)
        with ase.db.connect(path) as database:
            for row in database.select():
                values = {**row.data, **row.key_value_pairs}
                name = f"{path.stem}-{row.id}"
                if fault := _too_large(len(row.numbers), limits):
                    yield rejected(name, fault, {}, path.name)
                    continue
                # Not row.toatoms(): that would also make the row's constraints and calculator.
                atoms = ase.Atoms(row.numbers, row.positions, cell=row.cell, pbc=row.pbc)
                yield _record_of_atoms(atoms, values, name, path, properties, columns)
    except InputError:
        raise
    except Exception as error:  # of the database's driver
        reason = " ".join(str(error).split())[:300]
        raise InputError(f"{path}: not a readable ASE database ({reason})") from None


def _refuse_views(path: Path) -> None:
    """Refuse a database with views or triggers, which could be programs and never end."""
    with contextlib.closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as own:
        query = "SELECT count(*) FROM sqlite_master WHERE type IN ('view', 'trigger')"
        if own.execute(query).fetchone()[0]:
            raise ValueError("it holds views or triggers")


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
    if isinstance(sites, list) and (fault := _too_large(len(sites), limits)):
        return rejected(id_, fault, own, path.name)
    return record_of_document(id_, body, own, path.name)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
