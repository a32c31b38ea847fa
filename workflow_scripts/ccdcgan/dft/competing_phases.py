"""The calculations of a system's hull: its candidates and the phases that they compete with."""

from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

import pandas as pd

from ccdcgan.core.tables import read_table, write_table
from ccdcgan.crystals.table import read_structures, to_structure
from ccdcgan.dft.candidates import COLUMNS as CANDIDATES
from ccdcgan.dft.candidates import Candidate, symmetrised
from ccdcgan.dft.decks import HULL, write_deck
from ccdcgan.stability.hull import ON_HULL

CALCULATIONS = ("name", "id", "source", "formula", "num_sites", "potential_formation_energy")
"""name: of the run; id: of the crystal; source: `known` or the variant; energy in eV/atom."""


def competing_phases(hull: pd.DataFrame) -> pd.DataFrame:
    """The rows of the known phases on the known hull and of the lowest phase of each element.

    hull: columns id, source, formula, formation_energy and e_above_known_hull in eV/atom. One row
    a formula, the lowest. Without a hull (a missing end member) the elements that are there remain.
    """
    known = hull[hull["source"] == "known"].sort_values(["formation_energy", "id"])
    known = known.drop_duplicates("formula")
    element = known["formula"].str.fullmatch("[A-Z][a-z]?")
    return known[element | (known["e_above_known_hull"] <= ON_HULL)].sort_values("id")


def write_competing_decks(
    *,
    hull: str | PathLike[str],
    structures: str | PathLike[str],
    candidates: str | PathLike[str],
    decks: str | PathLike[str],
    calculations: str | PathLike[str],
    settings: Mapping[str, Any],
    engine: str,
    potential: str,
    provenance: Mapping[str, Any],
) -> None:
    """Write the engine's decks of a system's reference phases and the table of all calculations.

    hull: the system's `hull.csv`. candidates: its `candidates.csv`. settings: what the decks hold
    of section `dft` of the config. potential: name of the potential behind the energies so far.
    """
    frame = read_table(hull, (*HULL, "formula"), text=("id", "source", "formula", "matches"))
    chosen = competing_phases(frame)
    crystals = read_structures(structures).set_index("id")
    root = Path(decks)
    root.mkdir(parents=True, exist_ok=True)
    rows: list[tuple[object, ...]] = []
    for row in read_table(candidates, CANDIDATES, text=("id", "variant")).to_dict("records"):
        known = (row["id"], row["variant"], row["formula"], row["num_sites"])
        rows.append((row["id"], *known, row["formation_energy"]))
    for row in chosen.to_dict("records"):
        structure, space_group = symmetrised(to_structure(crystals.loc[row["id"]]))
        phase = Candidate(
            id=str(row["id"]),
            variant="known",
            generated=None,
            relaxed=structure,
            space_group=space_group,
            formation_energy=float(row["formation_energy"]),
            e_above_known_hull=float(row["e_above_known_hull"]),
            matches="",
        )
        write_deck(
            phase,
            root / phase.formula,
            settings={**settings, "engines": [engine]},
            potential=potential,
            provenance=provenance,
        )
        known = (phase.id, phase.variant, phase.formula, len(structure))
        rows.append((phase.formula, *known, phase.formation_energy))
    write_table(calculations, pd.DataFrame(rows, columns=list(CALCULATIONS)))
