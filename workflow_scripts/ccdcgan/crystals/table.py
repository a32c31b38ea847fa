"""The table of crystals: one row a crystal, from the training set to the hull."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from os import PathLike
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from pymatgen.core import Lattice, Structure
from pymatgen.symmetry.analyzer import SpacegroupAnalyzer, SymmetryUndeterminedError

from ccdcgan.core.errors import InputError
from ccdcgan.core.parquet import read_notes, read_parquet, write_parquet
from ccdcgan.crystals.arrays import crystal_arrays

UNITS = {
    "lattice": "Å, 3×3 row by row",
    "frac_coords": "fractions of the lattice vectors, atom by atom",
    "energy_per_atom": "eV/atom",
    "formation_energy_per_atom": "eV/atom",
    "volume_per_atom": "Å³/atom",
}
ATOMS = ("lattice", "species", "frac_coords")
"""The columns that hold a structure."""
SYMPREC = 0.1
"""Å; how far atoms may lie from a symmetric place. Decoded crystals are that inaccurate."""
PHASE, COPY = "phase", "copy"
"""What a row of the data is: a relaxed phase, or a disturbed copy of one."""


class Crystals:
    """A table of crystals and all that is known of each, with their structures at hand.

    `table` has a row a crystal under a unique `id`. A row holds its structure as `lattice` (9
    numbers, Å), `species` (symbols) and `frac_coords` (3N), or None in all three where there is
    none: a graph that decodes to nothing keeps its row. Rows of a CSV file lack these columns, and
    so have no structure at all. All other columns are free; docs/ARTIFACTS.md describes those of
    each file. Every selection gives another `Crystals` and leaves this one as it is.
    """

    def __init__(self, table: pd.DataFrame) -> None:
        repeated = table["id"][table["id"].duplicated()]
        if len(repeated):
            raise InputError(f"id {repeated.iloc[0]!r} stands in two rows; ids must differ")
        self.table = table.reset_index(drop=True)
        self._places: dict[str, int] | None = None

    @classmethod
    def read(cls, path: str | PathLike[str], columns: Iterable[str] = ()) -> "Crystals":
        """Read a Parquet table that was written by `write`.

        columns: those that must be there beside the structures. Raises `InputError` if the file is
        damaged, lacks a column or repeats an id.
        """
        table = read_records(path, columns)
        try:
            return cls(table)
        except InputError as error:
            raise InputError(f"{path}: {error}") from None

    @classmethod
    def read_all(
        cls, paths: Iterable[str | PathLike[str]], columns: Iterable[str] = ()
    ) -> "Crystals":
        """Read the shards of one table; `InputError` also where two of them share an id."""
        shards: list[Crystals] = []
        seen: set[str] = set()
        for path in paths:
            shard = cls.read(path, columns)
            repeated = sorted(seen.intersection(shard))
            if repeated:
                raise InputError(f"{path}: id {repeated[0]!r} is also in another shard")
            seen.update(shard)
            shards.append(shard)
        return cls.join(shards)

    @classmethod
    def read_first(
        cls, paths: Iterable[str | PathLike[str]], columns: Iterable[str] = ()
    ) -> "Crystals":
        """Read tables that may share rows; of one id the first row stands for all."""
        tables = [cls.read(path, columns).table for path in dict.fromkeys(paths)]
        return cls(pd.concat(tables, ignore_index=True).drop_duplicates("id"))

    @classmethod
    def join(cls, parts: Iterable["Crystals"]) -> "Crystals":
        """Put tables below one another; `InputError` if two of them share an id."""
        tables = [part.table for part in parts]
        filled = [table for table in tables if len(table)] or tables[:1]
        empty = pd.DataFrame(columns=["id", *ATOMS])
        return cls(pd.concat(filled or [empty], ignore_index=True))

    @classmethod
    def of_structures(
        cls, structures: Mapping[str, Structure], **columns: Sequence[Any]
    ) -> "Crystals":
        """Make a table of structures by id; `columns` have a value a structure."""
        rows = [{"id": name, **from_structure(one)} for name, one in structures.items()]
        empty = ["id", "formula", "chemical_system", "num_sites", *ATOMS, "volume_per_atom"]
        return cls(pd.DataFrame(rows, columns=None if rows else empty).assign(**columns))

    def write(
        self,
        path: str | PathLike[str],
        notes: Mapping[str, Any],
        units: Mapping[str, str] | None = None,
    ) -> None:
        """Write the table as Parquet, atomically; see `write_structures`."""
        write_structures(path, self.table, notes, units)

    def __len__(self) -> int:
        return len(self.table)

    def __contains__(self, name: object) -> bool:
        return name in self._rows()

    def __iter__(self) -> Iterator[str]:
        """Go through the ids."""
        return iter(self.table["id"])

    def __getitem__(self, column: str) -> pd.Series:
        """Return a column."""
        return self.table[column]

    def where(self, mask: Any) -> "Crystals":
        """Select the rows for which a mask holds, in their order."""
        return Crystals(self.table[np.asarray(mask, dtype=bool)])

    def take(self, ids: Iterable[str]) -> "Crystals":
        """Select the crystals with the given ids, in that order; KeyError for an unknown one."""
        rows = self._rows()
        return Crystals(self.table.iloc[[rows[name] for name in ids]])

    def part(self, split: str) -> "Crystals":
        """Select the part `train`, `validation` or `test`; it may be empty."""
        return self.where(self.table["split"] == split)

    def phases(self) -> "Crystals":
        """Select the relaxed phases: no disturbed copies."""
        return self.where(self.table["kind"] == PHASE)

    def kept(self) -> "Crystals":
        """Select the rows that no filter has dropped."""
        return self.where(self.table["dropped"] == "")

    def with_structure(self) -> "Crystals":
        """Select the rows that hold a structure."""
        return self.where(self.has_structure())

    def within(self, systems: str | Iterable[str]) -> "Crystals":
        """Select the crystals that consist of elements of one of the systems, such as `Co-Hf`.

        The elements alone and the subsystems count as well.
        """
        named = [systems] if isinstance(systems, str) else systems
        sets = [frozenset(system.split("-")) for system in named]
        own = self.table["chemical_system"]
        inside = {
            name: any(set(name.split("-")) <= elements for elements in sets)
            for name in own.dropna().unique()
        }
        return self.where([inside.get(name, False) for name in own])

    def sample(self, number: int, seed: int) -> "Crystals":
        """Draw at most `number` of the rows with equal chance each, in the order of the draw."""
        return Crystals(self.table.sample(min(number, len(self)), random_state=seed))

    def sort(self, *columns: str) -> "Crystals":
        """Return the rows in the order of some columns."""
        return Crystals(self.table.sort_values(list(columns), kind="stable"))

    def assign(self, **columns: Any) -> "Crystals":
        """Return the same crystals with columns added or replaced."""
        return Crystals(self.table.assign(**columns))

    def rows(self) -> list[dict[str, Any]]:
        """Return a dictionary a row."""
        return self.table.to_dict("records")

    def has_structure(self) -> NDArray[np.bool_]:
        """Say of each row whether it holds a structure."""
        if "species" not in self.table:
            return np.zeros(len(self), dtype=bool)
        return self.table["species"].notna().to_numpy()

    def structure(self, name: str) -> Structure:
        """Make the structure of one crystal; KeyError for an unknown id, ValueError without one."""
        row = self.table.iloc[self._rows()[name]]
        if np.ndim(row.get("species")) == 0:
            raise ValueError(f"{name} has no structure")
        return to_structure(row)

    def items(self) -> Iterator[tuple[str, Structure]]:
        """Go through the ids and structures of the crystals that have one."""
        held = self.with_structure().table
        for row in zip(*(held.get(name, ()) for name in ("id", *ATOMS)), strict=True):
            yield row[0], to_structure(dict(zip(ATOMS, row[1:], strict=True)))

    def structures(self) -> dict[str, Structure]:
        """Make the structures of all crystals that have one, by id."""
        return dict(self.items())

    def map(self, function: Callable[[Structure], Any]) -> list[Any]:
        """Apply a function to the structure of each crystal; all must have one."""
        return [function(self.structure(name)) for name in self]

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Give the atoms as arrays, as the networks read them; see `crystal_arrays`."""
        return crystal_arrays(self.table)

    def _rows(self) -> dict[str, int]:
        if self._places is None:
            self._places = {name: row for row, name in enumerate(self.table["id"])}
        return self._places


def atoms_of(structure: Structure | None) -> dict[str, Any]:
    """Give the columns that hold a structure: its lattice, species and fractional coordinates."""
    if structure is None:
        return dict.fromkeys(ATOMS)
    return {
        "lattice": structure.lattice.matrix.ravel().tolist(),
        "species": [site.specie.symbol for site in structure],
        "frac_coords": (structure.frac_coords % 1.0).ravel().tolist(),
    }


def from_structure(structure: Structure) -> dict[str, Any]:
    """Give the columns that follow from an ordered structure of elements alone."""
    composition = structure.composition
    return {
        "formula": composition.reduced_formula,
        "chemical_system": composition.chemical_system,
        "num_sites": len(structure),
        **atoms_of(structure),
        "volume_per_atom": structure.volume / len(structure),
    }


def to_structure(row: Mapping[str, Any] | pd.Series) -> Structure:
    """Make the structure of one row."""
    return Structure(
        Lattice(np.reshape(row["lattice"], (3, 3))),
        list(row["species"]),
        np.reshape(row["frac_coords"], (-1, 3)),
    )


def shortest_distance(structure: Structure) -> float:
    """Measure the shortest distance (Å) between two atoms, periodic images of an atom included."""
    distances = structure.distance_matrix + np.diag(np.full(len(structure), np.inf))
    own = structure.lattice.get_lll_reduced_lattice().abc
    return float(min(distances.min(), *own))


def space_group(structure: Structure) -> int:
    """Return the number of the space group within `SYMPREC`; 0 if none is found."""
    try:
        return int(SpacegroupAnalyzer(structure, SYMPREC).get_space_group_number())
    except SymmetryUndeterminedError:
        return 0


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
    write_parquet(path, arrow.replace_schema_metadata(schema))


def source_notes(path: str | PathLike[str]) -> dict[str, Any]:
    """Read the `metadata` that a table was written with, and its number of rows."""
    _, metadata, rows = read_notes(path)
    notes = {key.decode(): value for key, value in metadata.items()}
    own = {key: json.loads(value) for key, value in notes.items() if ":" not in key}
    kept = {key: value for key, value in own.items() if key not in ("pandas", "units", "seed")}
    return {**kept, "rows": rows}


def read_records(path: str | PathLike[str], columns: Iterable[str] = ()) -> pd.DataFrame:
    """Read a table, repeated ids included; `InputError` if it is unreadable or lacks a column."""
    table = read_parquet(path).to_pandas()
    missing = [name for name in ("id", *ATOMS, *columns) if name not in table]
    if missing:
        raise InputError(f"{path}: the columns {missing} are missing; make the file again")
    return table
