"""Which crystals the community's benchmark gets: the first ones that come of the graphs."""

from collections import Counter
from dataclasses import dataclass
from os import PathLike
from typing import Any

import numpy as np

from ccdcgan.core.errors import InputError
from ccdcgan.crystals.table import Crystals, source_notes


@dataclass(frozen=True)
class Draw:
    """The crystals that were drawn, from how many graphs, and what became of the other graphs."""

    crystals: Crystals
    graphs: int
    without: dict[str, int]

    def notes(self) -> dict[str, Any]:
        """Return what stands beside the crystals in their file."""
        return {"graphs": self.graphs, "without_crystal": self.without}


def draw(decoded: Crystals, number: int) -> Draw:
    """Take the crystals of the first graphs, until there are `number` of them.

    decoded: the manifests of all shards; their ids end in the number of the graph, in whose order
    they are taken. Nothing else is asked of a crystal. A graph that gave none, and why (`status`),
    is counted. Raises `InputError` if there are too few crystals.
    """
    order = np.argsort([int(name.rsplit("-", 1)[1]) for name in decoded], kind="stable")
    ordered = Crystals(decoded.table.iloc[order])
    held = ordered.has_structure()
    found = int(held.sum())
    if found < number:
        raise InputError(
            f"{len(held):,} graphs gave {found:,} crystals, but benchmark.crystals is {number:,}: "
            "raise generate.graphs, or lower benchmark.crystals"
        )
    last = int(np.flatnonzero(held)[number - 1])
    first = np.arange(len(held)) <= last
    without = Counter(ordered["status"][first & ~held])
    return Draw(ordered.where(first & held), last + 1, dict(sorted(without.items())))


def read_draw(path: str | PathLike[str]) -> Draw:
    """Read crystals that were written with `Draw.notes`; `InputError` if the file is damaged."""
    crystals, notes = Crystals.read(path), source_notes(path)
    if not {"graphs", "without_crystal"} <= set(notes):
        raise InputError(f"{path}: does not say how many graphs were drawn; make the file again")
    return Draw(crystals, notes["graphs"], notes["without_crystal"])
