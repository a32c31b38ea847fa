"""Which known phases the generator found again."""

from collections.abc import Iterable, Mapping

import pandas as pd

from ccdcgan.crystals.table import Crystals, space_group
from ccdcgan.stability.hull import known_hull

WORTH_FINDING = 0.05
"""eV/atom above the known hull up to which a known phase is worth finding again."""
COLUMNS = [
    "system",
    "id",
    "formula",
    "space_group",
    "provenance",
    "split",
    "formation_energy_per_atom",
    "e_above_hull",
    "variant",
    "graphs",
    "first_graph",
]


def rediscovered(
    phases: Crystals, screened: Mapping[str, Crystals], systems: Iterable[str]
) -> pd.DataFrame:
    """Say which known phases the generator found again: a row for each phase and variant.

    The phases are those within `WORTH_FINDING` of the known hull of one of the systems. Columns:
    system, id, formula, space_group, provenance, split (the part that the phase was in),
    formation_energy_per_atom and e_above_hull (eV/atom), variant, graphs (how many gave it,
    duplicates included) and first_graph (number of the first one; empty: not found).
    """
    rows = []
    for system in systems:
        hull = known_hull(phases, system)
        near = hull.where(hull["e_above_known_hull"] <= WORTH_FINDING)
        for phase in near.rows():
            number = space_group(near.structure(phase["id"]))
            # A crystal may match its equal in the table of known phases more closely.
            names = {phase["id"], phase.get("known_as", "")} - {""}
            for variant, screens in screened.items():
                found = screens["id"][screens["matches"].isin(names)]
                numbers = [int(name.rsplit("-", 1)[1]) for name in found]
                rows.append(
                    {
                        "system": system,
                        "id": phase["id"],
                        "formula": phase["formula"],
                        "space_group": number,
                        "provenance": phase["provenance"],
                        "split": phase["split"],
                        "formation_energy_per_atom": phase["formation_energy_per_atom"],
                        "e_above_hull": phase["e_above_known_hull"],
                        "variant": variant,
                        "graphs": len(numbers),
                        "first_graph": min(numbers, default=None),
                    }
                )
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.astype({"first_graph": "Int64"})
