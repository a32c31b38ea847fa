"""The compositions that crystals are made of: as they come, or exactly those that are named."""

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from ccdcgan.core.settings.fields import (
    SYMBOLS,
    Count,
    Place,
    Settings,
    Several,
    SeveralUnique,
    Text,
    refuse,
)

LARGEST = 20
"""Atoms of a cell that networks read."""


class AskedComposition(Settings):
    """A formula, and of how many of its units the cells of its crystals are."""

    formula: Text = Field(description="without parentheses, such as Co2Hf")
    cells: SeveralUnique[Count] = Field(default=(1,), description="formula units of a cell")

    def atoms(self) -> Iterator[dict[str, int]]:
        """Go through the cells: the number of atoms of each element, by its symbol."""
        for units in self.cells:
            yield {one: units * count for one, count in atoms_of(self.formula).items()}


def atoms_of(formula: str) -> dict[str, int]:
    """Count the atoms of a formula without parentheses; ValueError for anything else."""
    if not re.fullmatch(r"([A-Z][a-z]?[0-9]*)+", formula):
        raise ValueError(
            f"{formula!r} is no formula: elements and whole numbers, without parentheses, such as "
            "Co2Hf"
        )
    atoms: dict[str, int] = {}
    for symbol, count in re.findall("([A-Z][a-z]?)([0-9]*)", formula):
        if symbol not in SYMBOLS:
            raise ValueError(f"{formula!r} names the unknown element {symbol!r}: allowed H to Es")
        atoms[symbol] = atoms.get(symbol, 0) + int((count or "1")[:9])
    return atoms


def _fault(entry: Any) -> str:
    """Say what is wrong with an entry; empty if nothing is."""
    known = isinstance(entry, dict) and set(entry) in ({"formula"}, {"formula", "cells"})
    if not known or not isinstance(entry["formula"], str):
        return f"{entry!r} is not allowed: a formula, or a mapping with formula and cells"
    formula, cells = entry["formula"], entry.get("cells", [1])
    counts = isinstance(cells, list) and all(type(one) is int and one > 0 for one in cells)
    if not counts or not cells or len(set(cells)) != len(cells):
        return f"{cells!r} are no cells: different whole numbers of formula units, such as [1, 2]"
    try:
        atoms = atoms_of(formula)
    except ValueError as error:
        return str(error)
    if not all(atoms.values()):
        return f"{formula!r} has 0 atoms of an element: leave it out"
    if len(atoms) < 2:
        return f"{formula!r} is an element: name a compound"
    largest = max(cells) * sum(atoms.values())
    if largest > LARGEST:
        return f"{formula!r} has {largest} atoms in its largest cell: at most {LARGEST}"
    return ""


def _entries(given: Any) -> Any:
    """Make entries of names alone, and refuse formulas that cannot be made."""
    if not isinstance(given, list):
        return given
    entries = [{"formula": entry} if isinstance(entry, str) else entry for entry in given]
    seen: set[frozenset[tuple[str, int]]] = set()
    for number, entry in enumerate(entries):
        place: Place = (number,)
        refuse([(place, fault)] if (fault := _fault(entry)) else [])
        asked = AskedComposition.model_validate(entry)
        for atoms in asked.atoms():
            cell = frozenset(atoms.items())
            refuse([(place, f"{asked.formula!r}: a cell is named twice")] if cell in seen else [])
            seen.add(cell)
    return entries


AskedCompositions = Annotated[
    Literal["generated", "training"] | Several[AskedComposition],
    BeforeValidator(
        _entries,
        json_schema_input_type=Literal["generated", "training"] | Several[Text | AskedComposition],
    ),
]
"""Where compositions come from, or the compositions themselves."""
