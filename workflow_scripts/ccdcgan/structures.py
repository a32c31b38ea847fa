"""The table of structures: `structures.parquet`, one row a structure."""

from collections.abc import Mapping
from os import PathLike
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pymatgen.core import Lattice, Structure

from ccdcgan.artifacts import atomic
from ccdcgan.errors import InputError

UNITS = {
    "lattice": "Å, 3×3 row by row",
    "frac_coords": "fractions of the lattice vectors, atom by atom",
    "energy_per_atom": "eV/atom",
    "formation_energy_per_atom": "eV/atom",
    "volume_per_atom": "Å³/atom",
}
REQUIRED = ("id", "lattice", "species", "frac_coords")


def from_structure(structure: Structure) -> dict[str, Any]:
    """The columns of a table that follow from an ordered structure alone."""
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
    path: str | PathLike[str], table: pd.DataFrame, metadata: Mapping[str, Any]
) -> None:
    """Write a table as Parquet, atomically, with units and `metadata` in the file's schema."""
    arrow = pa.Table.from_pandas(table, preserve_index=False)
    notes = {**(arrow.schema.metadata or {}), b"units": str(UNITS).encode()}
    notes |= {key.encode(): str(value).encode() for key, value in metadata.items()}
    with atomic(path) as temporary:
        pq.write_table(arrow.replace_schema_metadata(notes), temporary, compression="zstd")


def read_structures(path: str | PathLike[str]) -> pd.DataFrame:
    """Read a table; `InputError` if it is unreadable, lacks a column or repeats an id."""
    try:
        table = pq.read_table(path).to_pandas()
    except (pa.ArrowInvalid, pa.ArrowIOError) as error:
        raise InputError(f"{path}: not a readable Parquet file ({error}); make it again") from None
    missing = [name for name in REQUIRED if name not in table]
    if missing:
        raise InputError(f"{path}: the columns {missing} are missing; make the file again")
    repeated = table["id"][table["id"].duplicated()]
    if len(repeated):
        raise InputError(f"{path}: id {repeated.iloc[0]!r} stands in two rows; ids must differ")
    return table
