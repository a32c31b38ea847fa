"""The rows that every source gives, before cells, filters and split.

Columns: id, species (symbols), lattice (9 numbers, Å), frac_coords (3N), formula, chemical_system,
num_sites, volume_per_atom, the target properties, energy_scheme, kind, parent, provenance, source,
and dropped: why the row cannot be used ("" if it can). A row without usable atoms has no species.
"""

import logging
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pymatgen.core import Composition, Lattice, Structure

from ccdcgan.core.artifacts import digest
from ccdcgan.core.errors import InputError
from ccdcgan.crystals.documents import element_symbol, plain_structure
from ccdcgan.crystals.table import PHASE

logger = logging.getLogger(__name__)

Record = dict[str, Any]
COLUMNS = (
    "id",
    "formula",
    "chemical_system",
    "num_sites",
    "lattice",
    "species",
    "frac_coords",
    "volume_per_atom",
    "energy_scheme",
    "kind",
    "parent",
    "provenance",
    "source",
    "dropped",
)
ALIASES = {
    "id": ("id", "material_id", "name"),
    "energy_above_hull": ("energy_above_hull", "e_above_hull"),
}
"""Names under which a source may hold what the table calls by the key."""
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:+-]{0,79}")
"""An id, which becomes a part of file names, input files and commands."""
RENAMED = "; renamed from "
"""What stands in a provenance before the id that a row had in its source."""


def reject(table: pd.DataFrame, rows: pd.Series, reason: str | pd.Series) -> None:
    """Write `reason` into `dropped` of those `rows` (a mask) that are not dropped yet."""
    rows = rows & (table["dropped"] == "")
    table.loc[rows, "dropped"] = reason if isinstance(reason, str) else reason[rows]


def record(
    id_: str,
    lattice: Any,
    species: Sequence[str],
    frac_coords: Any,
    properties: Mapping[str, Any],
    provenance: str,
) -> Record:
    """Make a row from a cell (3×3, Å), symbols and fractional coordinates (N×3)."""
    try:
        symbols = [element_symbol(str(text)) for text in species]
        matrix = np.asarray(lattice, dtype=float).reshape(3, 3)
        coords = np.asarray(frac_coords, dtype=float).reshape(len(symbols), 3) % 1.0
    except (ValueError, TypeError, OverflowError) as error:
        return rejected(id_, fault(error), properties, provenance)
    with np.errstate(over="ignore"):  # a volume that is not finite is a row
        volume = abs(float(np.linalg.det(matrix)))
    if not symbols:
        return rejected(id_, "no atom", properties, provenance)
    if not (np.isfinite(coords).all() and np.isfinite(volume) and volume > 1e-3):
        return rejected(id_, "no cell: not finite or flat", properties, provenance)
    composition = Composition(Counter(symbols))
    return _common(id_, properties, provenance) | {
        "formula": composition.reduced_formula,
        "chemical_system": composition.chemical_system,
        "num_sites": len(symbols),
        "lattice": matrix.ravel().tolist(),
        "species": symbols,
        "frac_coords": coords.ravel().tolist(),
        "volume_per_atom": volume / len(symbols),
    }


def fault(error: Exception) -> str:
    """The reason why a row is dropped whose atoms raised `error`."""
    return str(error) if "unknown species" in str(error) else f"damaged structure: {error}"


def record_of_structure(
    id_: str, structure: Structure, properties: Mapping[str, Any], provenance: str
) -> Record:
    """Make a row from a pymatgen structure; one with partial occupancies is dropped."""
    if not structure.is_ordered:
        reason = "partial occupancy: a site is shared or partly empty"
        return rejected(id_, reason, properties, provenance) | {
            "formula": structure.composition.reduced_formula
        }
    return record(
        id_,
        structure.lattice.matrix,
        [site.specie.symbol for site in structure],
        structure.frac_coords,
        properties,
        provenance,
    )


def record_of_document(
    id_: str, document: Any, properties: Mapping[str, Any], provenance: str
) -> Record:
    """A row from the dictionary of a structure; a damaged one is dropped."""
    try:
        structure = plain_structure(document)
    except ValueError as error:
        return rejected(id_, fault(error), properties, provenance)
    return record_of_structure(id_, structure, properties, provenance)


def rejected(id_: str, reason: str, properties: Mapping[str, Any], provenance: str) -> Record:
    """Make a row without a structure that says why."""
    return _common(id_, properties, provenance) | {"dropped": " ".join(reason.split())}


def _common(id_: str, properties: Mapping[str, Any], provenance: str) -> Record:
    values = {name: _number(value) for name, value in properties.items()}
    return {"id": str(id_), "dropped": "", "provenance": provenance, **values}


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return float("nan")


def cell_matrix(values: Any) -> np.ndarray:
    """Make lattice vectors (3×3, Å) from themselves or from a, b, c (Å), α, β, γ (degrees)."""
    numbers = np.asarray([np.asarray(value, dtype=float) for value in values]).ravel()
    if len(numbers) == 6:
        return Lattice.from_parameters(*numbers).matrix
    return numbers.reshape(3, 3)


def find_column(names: Iterable[str], wanted: str, columns: Mapping[str, str]) -> str | None:
    """Find the name under which a source holds `wanted`: as `columns` says, or by an alias."""
    if wanted in columns:
        return columns[wanted]
    available = set(names)
    return next((name for name in ALIASES.get(wanted, (wanted,)) if name in available), None)


def find_columns(
    path: Path, names: Sequence[str], properties: Sequence[str], columns: Mapping[str, str]
) -> dict[str, str]:
    """Find, by name of ours, the column of a file; properties that it lacks are left out.

    Raises `InputError` where `columns` names one that is not there.
    """
    wrong = [f"{ours}: {theirs}" for ours, theirs in columns.items() if theirs not in names]
    if wrong:
        raise InputError(
            f"data.columns names {', '.join(wrong)}, but {path} has the columns {', '.join(names)}"
        )
    found = {name: find_column(names, name, columns) for name in ("id", *properties)}
    return {name: column for name, column in found.items() if column is not None}


def plain_id(text: str) -> str:
    """An id as it is, or else one made of it, the same every time and another for each other."""
    if ID.fullmatch(text):
        return text
    kept = re.sub(r"[^A-Za-z0-9._:+-]+", "_", text).lstrip("._:+-")[:60]
    return f"{kept or 'id'}-{digest(text)[:12]}"


def _rename(table: pd.DataFrame, source: str) -> None:
    """Give rows whose id is unfit for file names and scripts another, and note the old one."""
    before = table["id"].copy()
    table["id"] = before.map({name: plain_id(name) for name in before.unique()})
    renamed = before != table["id"]
    if renamed.any():
        notes = before[renamed].map(lambda name: f"{RENAMED}{name[:80]!r}")
        table.loc[renamed, "provenance"] += notes
        logger.warning(
            "data.source %s: %d ids hold more than letters, digits and .-_:+, or over 80 of them; "
            "%r is now %s, and so on: see the column provenance",
            source,
            int(renamed.sum()),
            before[renamed].iloc[0][:80],
            table.loc[renamed, "id"].iloc[0],
        )


def _take_infinite_as_unknown(table: pd.DataFrame, properties: Sequence[str], source: str) -> None:
    for name in properties:
        if name not in table:
            continue
        infinite = np.isinf(table[name].to_numpy(dtype=float))
        if infinite.any():
            table.loc[infinite, name] = np.nan
            logger.warning(
                "data.source %s: %d values of %s are infinite, such as that of %s: taken as "
                "unknown",
                *(source, int(infinite.sum()), name, table.loc[infinite, "id"].iloc[0]),
            )


def to_table(
    records: Iterable[Mapping[str, Any]],
    properties: Sequence[str],
    *,
    source: str,
    energy_scheme: str,
    kind: str = PHASE,
) -> pd.DataFrame:
    """Make the table of a source, ids checked; `InputError` if it gave nothing."""
    table = pd.DataFrame(list(records))
    if not len(table):
        raise InputError(f"data.source {source}: no structure at all came in; widen its query")
    _rename(table, source)
    _take_infinite_as_unknown(table, properties, source)
    table["parent"] = table["id"]
    table = table.assign(source=source, energy_scheme=energy_scheme, kind=kind)
    return table.reindex(columns=[*COLUMNS, *dict.fromkeys(properties)])
