"""The table of known phases that comes with the workflow, as a source of structures."""

from collections.abc import Sequence
from os import PathLike
from pathlib import Path

import pandas as pd

from ccdcgan.core.errors import InputError
from ccdcgan.crystals.compact import read_compact
from ccdcgan.crystals.table import source_notes
from ccdcgan.data.sources.records import record_of_structure, to_table

SOURCE = "known_phases"
HELD_OUT = "held out: for judging alone"


def read_known_phases(
    path: str | PathLike[str], systems: Sequence[str], properties: Sequence[str]
) -> pd.DataFrame:
    """Read the records of all phases of the table within some chemical systems.

    properties: the target properties; those that the table has are read. Phases that the table
    holds out (column `held_out`) are rows that say so: they judge, and nothing is ever trained on
    them. Raises `InputError` for a
    damaged table and for an element of the systems that it lacks.
    """
    found = read_compact(path, systems=systems)
    symbols = {symbol for system in systems for symbol in system.split("-")}
    missing = sorted(symbols - set(found["chemical_system"]))
    if missing:
        raise InputError(
            f"{path}: no phase of the element {', '.join(missing)}; take another data.source, or "
            "other systems"
        )
    held = [name for name in properties if name in found.table]
    note = Path(path).name
    rows = [
        record_of_structure(row["id"], structure, {name: row[name] for name in held}, note)
        | ({"dropped": HELD_OUT} if row.get("held_out") == 1 else {})
        for row, (_, structure) in zip(found.rows(), found.items(), strict=True)
    ]
    scheme = str(source_notes(path).get("energy_scheme", note))
    return to_table(rows, properties, source=SOURCE, energy_scheme=scheme)
