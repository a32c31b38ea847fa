"""The manifest of the crystals: what became of each graph."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pymatgen.core import Structure

from ccdcgan.core.errors import InputError
from ccdcgan.crystals.matching import space_group
from ccdcgan.crystals.table import shortest_distance

VALID = "valid"


@dataclass(frozen=True)
class Decoded:
    """What became of one graph: a crystal, or the reason (`status`) why there is none."""

    status: str
    elements: list[str]
    structure: Structure | None = None

    @property
    def valid(self) -> bool:
        return self.status == VALID


def describe(decoded: Sequence[Decoded]) -> list[dict[str, object]]:
    """The manifest's columns of each graph; None where a crystal is needed but there is none."""
    rows: list[dict[str, object]] = []
    for one in decoded:
        structure = one.structure
        row: dict[str, object] = {"elements": "-".join(sorted(one.elements)), "status": one.status}
        row["formula"] = structure.composition.reduced_formula if structure else None
        row["num_sites"] = len(structure) if structure else None
        row["space_group"] = space_group(structure) if structure and one.valid else None
        row["volume_per_atom"] = structure.volume / len(structure) if structure else None
        row["min_distance"] = shortest_distance(structure) if structure else None
        rows.append(row)
    return rows


def graph_numbers(graphs: int, shard: int, shards: int) -> NDArray[np.int64]:
    """The numbers of the graphs of one of `shards` shards. `InputError` if there is none."""
    numbers = np.array_split(np.arange(graphs), shards)[shard]
    if not len(numbers):
        raise InputError(
            f"generate.graphs: {graphs} graphs are fewer than generate.shards ({shards})"
        )
    return numbers


def to_manifest(
    variant: str, names: Iterable[str], decoded: Sequence[Decoded]
) -> tuple[pd.DataFrame, dict[str, Structure]]:
    """The manifest, a row a graph, and the valid crystals by id."""
    rows: list[dict[str, object]] = []
    crystals: dict[str, Structure] = {}
    for name, one, row in zip(names, decoded, describe(decoded), strict=True):
        rows.append({"id": name, "variant": variant, **row})
        if one.valid and one.structure is not None:
            crystals[name] = one.structure
    kinds = {"num_sites": "Int64", "space_group": "Int64"}
    kinds |= {"volume_per_atom": "float", "min_distance": "float"}
    return pd.DataFrame(rows).astype(kinds), crystals
