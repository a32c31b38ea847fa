"""A table of very many crystals in a file that is small enough to be shipped.

Fractional coordinates are stored as whole steps of 1/60,000 of a lattice vector, a number that 2,
3, 4, 5, 6 and 8 divide, so that special positions stay where they are; all others move by less
than 0.0002 Å in a cell of 20 Å. Cells are stored by their lengths and angles in single precision.
"""

from collections.abc import Iterable, Mapping
from itertools import combinations
from os import PathLike
from typing import Any

import numpy as np
import pandas as pd
from pymatgen.core import Lattice, Structure

from ccdcgan.core.errors import InputError
from ccdcgan.core.parquet import read_notes, read_parquet
from ccdcgan.crystals.table import Crystals, from_structure, write_structures

STEPS = 60_000
"""Steps along a lattice vector."""
CELL = ("a", "b", "c", "alpha", "beta", "gamma")
STORED = ("id", "formula", "chemical_system", "elements", "counts", "steps", *CELL)
UNITS = {
    **dict.fromkeys(CELL[:3], "Å"),
    **dict.fromkeys(CELL[3:], "degrees"),
    "elements": "symbols in alphabetical order",
    "counts": "atoms of each of the elements",
    "steps": f"1/{STEPS} of the lattice vectors, atom by atom in the order of the elements",
}


def pack(structure: Structure) -> dict[str, Any]:
    """Give the columns `STORED` but the id of an ordered structure, its atoms sorted."""
    symbols = np.array([site.specie.symbol for site in structure])
    order = np.argsort(symbols, kind="stable")
    elements, counts = np.unique(symbols, return_counts=True)
    steps = np.rint(structure.frac_coords[order] * STEPS).astype(np.int64) % STEPS
    composition = structure.composition
    return {
        "formula": composition.reduced_formula,
        "chemical_system": composition.chemical_system,
        "elements": elements.tolist(),
        "counts": counts.astype(np.uint8),
        "steps": steps.astype(np.uint16).ravel(),
        **dict(zip(CELL, np.array(structure.lattice.parameters, dtype="f4"), strict=True)),
    }


def unpack(row: Mapping[str, Any]) -> Structure:
    """Make the structure of a row."""
    lattice = Lattice.from_parameters(*(float(row[name]) for name in CELL))
    species = np.repeat(np.asarray(row["elements"], dtype=object), row["counts"])
    coords = np.reshape(np.asarray(row["steps"], dtype=float), (-1, 3)) / STEPS
    return Structure(lattice, list(species), coords)


def write_compact(path: str | PathLike[str], table: pd.DataFrame, notes: Mapping[str, Any]) -> None:
    """Write rows of `pack` with an id and any other columns, sorted by chemical system."""
    write_structures(path, table.sort_values(["chemical_system", "formula", "id"]), notes, UNITS)


def read_packed(path: str | PathLike[str], wanted: Any = None) -> pd.DataFrame:
    """Read the rows of a file of `write_compact` as they are stored.

    wanted: filters of pyarrow. Raises `InputError` if the file is damaged or lacks a column.
    """
    missing = sorted(set(STORED) - set(read_notes(path)[0]))
    if missing:
        raise InputError(f"{path}: the columns {missing} are missing; make the file again")
    return read_parquet(path, filters=wanted).to_pandas()


def read_compact(
    path: str | PathLike[str],
    *,
    systems: Iterable[str] | None = None,
    formulas: Iterable[str] | None = None,
) -> Crystals:
    """Read crystals of a file of `write_compact`.

    systems: those within one of these chemical systems, such as `Co-Hf`; formulas: those of these
    reduced formulas; None: no such limit. Raises `InputError` for a file that is damaged, lacks a
    column or repeats an id; a row whose structure is damaged is named.
    """
    wanted = []  # "" is none of them, and gives an empty list its type
    if systems is not None:
        wanted.append(("chemical_system", "in", sorted({"", *subsystems(systems)})))
    if formulas is not None:
        wanted.append(("formula", "in", sorted({"", *formulas})))
    rows = read_packed(path, wanted or None)
    structures = []
    for row in rows.to_dict("records"):
        try:
            structures.append(from_structure(unpack(row)))
        except (ValueError, TypeError) as error:
            reason = " ".join(str(error).split())
            raise InputError(f"{path}: {row['id']} has no readable structure ({reason})") from None
    others = rows.drop(columns=[name for name in STORED if name != "id"])
    own = Crystals.of_structures({}).table.columns.drop("id")
    found = pd.DataFrame(structures, columns=own, index=others.index)
    try:
        return Crystals(pd.concat([others, found], axis=1))
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


def subsystems(systems: Iterable[str]) -> set[str]:
    """List the chemical systems within some: `Co`, `Hf` and `Co-Hf` of `Co-Hf`."""
    return {
        "-".join(part)
        for system in systems
        for size in range(1, system.count("-") + 2)
        for part in combinations(sorted(system.split("-")), size)
    }
