"""The crystals of a shard of graphs, with a row that says what became of each graph."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd
from pymatgen.core import Structure

from ccdcgan.crystals.table import Crystals, atoms_of, shortest_distance, space_group

VALID = "valid"
OTHER_COMPOSITION = "another composition"


@dataclass(frozen=True)
class Decoded:
    """What became of one graph: a crystal, or the reason (`status`) why there is none."""

    status: str
    elements: list[str]
    structure: Structure | None = None

    @property
    def valid(self) -> bool:
        """Say whether the graph gave a crystal without fault."""
        return self.status == VALID


def to_manifest(variant: str, names: Iterable[str], decoded: Sequence[Decoded]) -> Crystals:
    """Make the manifest of some graphs: a row each, with the crystal where it is valid.

    Columns: id, variant, elements (of the graph, `Co-Hf`), status, formula, num_sites, space_group,
    volume_per_atom (Å³) and min_distance (Å), as far as there is a crystal, and chemical_system.
    """
    rows = [
        {"id": name, "variant": variant, **_describe(one)}
        for name, one in zip(names, decoded, strict=True)
    ]
    kinds = {"num_sites": "Int64", "space_group": "Int64"}
    kinds |= {"volume_per_atom": "float", "min_distance": "float"}
    return Crystals(pd.DataFrame(rows).astype(kinds))


def _describe(decoded: Decoded) -> dict[str, object]:
    crystal = decoded.structure
    valid = crystal if decoded.valid else None
    elements = "-".join(sorted(decoded.elements))
    return {
        "elements": elements,
        "status": decoded.status,
        "formula": crystal.composition.reduced_formula if crystal else None,
        "num_sites": len(crystal) if crystal else None,
        "space_group": space_group(valid) if valid else None,
        "volume_per_atom": crystal.volume / len(crystal) if crystal else None,
        "min_distance": shortest_distance(crystal) if crystal else None,
        "chemical_system": valid.composition.chemical_system if valid else elements,
        **atoms_of(valid),
    }
