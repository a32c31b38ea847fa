"""The table of structures: `structures.parquet`, one row a structure."""

import json
from collections.abc import Mapping
from os import PathLike
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pymatgen.core import Lattice, Structure

from ccdcgan.core.artifacts import atomic
from ccdcgan.core.errors import InputError

UNITS = {
    "lattice": "Å, 3×3 row by row",
    "frac_coords": "fractions of the lattice vectors, atom by atom",
    "energy_per_atom": "eV/atom",
    "formation_energy_per_atom": "eV/atom",
    "volume_per_atom": "Å³/atom",
}
REQUIRED = ("id", "lattice", "species", "frac_coords")


def from_structure(structure: Structure) -> dict[str, Any]:
    """The columns of a table that follow from an ordered structure of elements alone."""
    composition = structure.composition
    return {
        "formula": composition.reduced_formula,
        "chemical_system": composition.chemical_system,
        "num_sites": len(structure),
        "lattice": structure.lattice.matrix.ravel().tolist(),
        "species": [site.specie.symbol for site in structure],
        "frac_coords": (structure.frac_coords % 1.0).ravel().tolist(),
        "volume_per_atom": structure.volume / len(structure),
    }


def to_structure(row: Mapping[str, Any] | pd.Series) -> Structure:
    """The structure of one row."""
    return Structure(
        Lattice(np.reshape(row["lattice"], (3, 3))),
        list(row["species"]),
        np.reshape(row["frac_coords"], (-1, 3)),
    )


def shortest_distance(structure: Structure) -> float:
    """The shortest distance (Å) between two atoms, periodic images of an atom included."""
    distances = structure.distance_matrix + np.diag(np.full(len(structure), np.inf))
    own = structure.lattice.get_lll_reduced_lattice().abc
    return float(min(distances.min(), *own))


def write_structures(
    path: str | PathLike[str],
    table: pd.DataFrame,
    metadata: Mapping[str, Any],
    units: Mapping[str, str] | None = None,
) -> None:
    """Write a table as Parquet, atomically, with units and `metadata` in the file's schema.

    units: of columns beyond those of `UNITS`.
    """
    arrow = pa.Table.from_pandas(table, preserve_index=False)
    notes = {**metadata, "units": UNITS | dict(units or {})}
    encoded = {key.encode(): json.dumps(value).encode() for key, value in notes.items()}
    schema = {**(arrow.schema.metadata or {}), **encoded}
    with atomic(path) as temporary:
        pq.write_table(arrow.replace_schema_metadata(schema), temporary, compression="zstd")


def source_notes(path: str | PathLike[str]) -> dict[str, Any]:
    """The `metadata` that a table was written with, and its number of rows."""
    schema = pq.read_schema(path)
    notes = {key.decode(): value for key, value in (schema.metadata or {}).items()}
    own = {key: json.loads(value) for key, value in notes.items() if ":" not in key}
    kept = {key: value for key, value in own.items() if key not in ("pandas", "units", "seed")}
    return {**kept, "rows": pq.read_metadata(path).num_rows}


def read_records(path: str | PathLike[str]) -> pd.DataFrame:
    """Read a table, repeated ids included; `InputError` if it is unreadable or lacks a column."""
    try:
        table = pq.read_table(path).to_pandas()
    except (pa.ArrowInvalid, pa.ArrowIOError) as error:
        raise InputError(f"{path}: not a readable Parquet file ({error}); make it again") from None
    missing = [name for name in REQUIRED if name not in table]
    if missing:
        raise InputError(f"{path}: the columns {missing} are missing; make the file again")
    return table


def read_structures(path: str | PathLike[str]) -> pd.DataFrame:
    """Read a table; `InputError` also if it repeats an id."""
    table = read_records(path)
    repeated = table["id"][table["id"].duplicated()]
    if len(repeated):
        raise InputError(f"{path}: id {repeated.iloc[0]!r} stands in two rows; ids must differ")
    return table
