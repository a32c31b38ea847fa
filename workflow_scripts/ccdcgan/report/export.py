"""Relaxed crystals in the files that other tools read: OPTIMADE JSON Lines and an ASE database."""

import json
import math
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from os import PathLike
from typing import Any

import ase.db
import numpy as np
import pandas as pd
from optimade.adapters import Structure as Adapter
from optimade.models import EntryInfoResource, StructureResource
from optimade.models.structures import StructureResourceAttributes
from pymatgen.core import Structure
from pymatgen.io.ase import AseAtomsAdaptor

from ccdcgan.core.artifacts import atomic
from ccdcgan.crystals.table import Crystals
from ccdcgan.report.cifs import cifs

PREFIX = "ccdcgan"
"""Of the properties that are no part of the OPTIMADE specification."""
API = "1.2.0"
"""The version of OPTIMADE whose form the lines have."""
PROPERTIES: Mapping[str, tuple[str, str | None, str]] = {
    "variant": ("what made the crystal", None, "string"),
    "formation_energy_after": (
        "formation energy of the relaxed crystal by the potential of the run",
        "eV/atom",
        "float",
    ),
    "delta_formation_energy": ("that before relaxation minus that after", "eV/atom", "float"),
    "e_above_known_hull": ("energy above the hull of the known phases", "eV/atom", "float"),
    "e_above_redefined_hull": ("energy above the hull of all phases", "eV/atom", "float"),
    "space_group_after": ("number of the space group of the relaxed crystal", None, "integer"),
    "prototype": ("AFLOW prototype", None, "string"),
    "reached": ("the last stage that the crystal passed, such as stable", None, "string"),
    "matches_after": ("known phase that it relaxed into", None, "string"),
    "duplicate_after": ("lower crystal of the variant that it equals", None, "string"),
}
"""Meaning, unit and type of the columns of the summary that are handed on."""


def relaxed_rows(summary: pd.DataFrame, relaxed: Crystals) -> pd.DataFrame:
    """Select the rows of the summary whose crystals have a relaxed structure, in its order."""
    held = set(relaxed.with_structure())
    return summary[[name in held for name in summary["id"]]].reset_index(drop=True)


def cif_pairs(rows: pd.DataFrame, relaxed: Crystals, symprec: float) -> Iterator[tuple[str, str]]:
    """Yield file name and CIF of each of `relaxed_rows`: with its symmetry, and below `P1/` in P1.

    symprec: Å; see `cifs`.
    """
    held = relaxed.take(rows["id"])
    yield from cifs(held, symprec)
    yield from ((f"P1/{name}", text) for name, text in cifs(held))


def optimade_lines(
    rows: pd.DataFrame, relaxed: Crystals, potential: str, modified: float
) -> Iterator[str]:
    """Yield the lines of an OPTIMADE JSON Lines file, in the form that optimade-maker gives it.

    A header, what the properties of the structures mean, then a structure a row of `relaxed_rows`.
    Columns beyond those of the specification bear the prefix of the project. potential: what the
    energies are by. modified: seconds since 1970 at which the crystals were made.
    """
    own = {name: PROPERTIES.get(name) for name in _columns(rows)}
    yield json.dumps({"x-optimade": {"meta": {"api_version": API}}})
    yield _info(own, potential)
    made = datetime.fromtimestamp(modified, UTC).isoformat(timespec="seconds")
    for row in rows.to_dict("records"):
        yield _entry(row, relaxed.structure(row["id"]), list(own), made)


def _columns(rows: pd.DataFrame) -> list[str]:
    """Name the columns that are handed on: those of `PROPERTIES`, and what networks predicted."""
    predicted = [name for name in rows if str(name).startswith("predicted_")]
    return [name for name in (*PROPERTIES, *predicted) if name in rows]


def _info(own: Mapping[str, tuple[str, str | None, str] | None], potential: str) -> str:
    """Describe the properties of the structures, those of the specification and ours."""
    described: dict[str, dict[str, Any]] = {
        name: {"description": (field.description or name).split("\n")[0]}
        for name, field in StructureResourceAttributes.model_fields.items()
    }
    for name, told in own.items():
        meaning, unit, kind = told or (f"{name}, by a network", None, "float")
        by = f" ({potential})" if unit and told else ""
        described[f"_{PREFIX}_{name}"] = {"description": meaning + by, "type": kind}
        if unit:
            described[f"_{PREFIX}_{name}"]["unit"] = unit
    info = {
        "type": "info",
        "id": "structures",
        "formats": ["json"],
        "description": "crystals of a generative model, relaxed by a potential",
        "properties": described,
        "output_fields_by_format": {"json": list(described)},
    }
    EntryInfoResource.model_validate(info)
    return json.dumps(info)


def _entry(row: Mapping[str, Any], crystal: Structure, own: list[str], made: str) -> str:
    attributes = Adapter.ingest_from(crystal, "pymatgen").attributes.model_dump(mode="json")
    # In one order, so that equal crystals are equal lines.
    attributes["species"] = sorted(attributes["species"], key=lambda one: one["name"])
    attributes["last_modified"] = made
    attributes |= {f"_{PREFIX}_{name}": _value(name, row[name]) for name in own}
    entry = {"id": row["id"], "type": "structures", "attributes": attributes}
    StructureResource.model_validate(entry)
    return json.dumps(entry, allow_nan=False)


def _value(name: str, value: Any) -> str | int | float | bool | None:
    """Make a value of JSON; a table of numbers with gaps holds whole ones as others."""
    plain = _plain(value)
    whole = PROPERTIES.get(name, ("", None, ""))[2] == "integer"
    return int(plain) if whole and isinstance(plain, float) else plain


def _plain(value: Any) -> str | int | float | bool | None:
    """Make a value of JSON; None where nothing is known."""
    if value is None or value is pd.NA or (isinstance(value, float) and not math.isfinite(value)):
        return None
    if isinstance(value, np.generic):
        return _plain(value.item())
    return value if isinstance(value, bool | int | float) else str(value) or None


def write_ase_database(path: str | PathLike[str], rows: pd.DataFrame, relaxed: Crystals) -> None:
    """Write crystals into an ASE database, atomically: a row of it for each of `relaxed_rows`.

    Key-value pairs are `name`, which is the id, and all numbers; ASE takes no text such as `InF`
    there, which it could read as a number, so texts stand in the row's `data`.
    """
    columns = _columns(rows)
    with atomic(path) as temporary, ase.db.connect(temporary, type="db") as database:
        for row in rows.to_dict("records"):
            known = {
                name: value for name in columns if (value := _value(name, row[name])) is not None
            }
            texts = {name: value for name, value in known.items() if isinstance(value, str)}
            numbers = {name: value for name, value in known.items() if name not in texts}
            atoms = AseAtomsAdaptor.get_atoms(relaxed.structure(row["id"]), msonable=False)
            database.write(atoms, key_value_pairs={"name": row["id"], **numbers}, data=texts)
