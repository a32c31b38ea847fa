"""Structures from what ASE writes: extended XYZ files and ASE databases."""

import contextlib
import io
import re
import sqlite3
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import ase.db
import ase.io
import numpy as np
from pymatgen.io.ase import AseAtomsAdaptor

from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.limits import LimitSettings
from ccdcgan.data.sources.bounded import too_large
from ccdcgan.data.sources.records import Record, find_column, record_of_structure, rejected

COLUMNS = 1000
"""Numbers of an atom in an extended XYZ file, at most: ASE makes a field of each that is told."""


def read_extxyz(
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
                yield rejected(name, too_large(lines, limits), {}, path.name)
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


def read_ase_database(
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
                if fault := too_large(len(row.numbers), limits):
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
