"""The calculations of a system's hull: its candidates and the phases that they compete with."""

from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

import pandas as pd

from ccdcgan.core.settings.dft import DeckSettings, Engine
from ccdcgan.crystals.table import Crystals
from ccdcgan.dft.candidates import Candidate, symmetrised
from ccdcgan.dft.decks import write_deck
from ccdcgan.dft.energies import CALCULATIONS
from ccdcgan.stability.hull import ON_HULL
from ccdcgan.stability.known_phases import KNOWN


def competing_phases(hull: pd.DataFrame) -> pd.DataFrame:
    """Select the known phases on the known hull, and the lowest phase of each element.

    hull: columns id, source, formula, formation_energy and e_above_known_hull in eV/atom. One row
    a formula, the lowest. Without a hull (a missing end member) the elements that are there remain.
    """
    known = hull[hull["source"] == KNOWN].sort_values(["formation_energy", "id"])
    known = known.drop_duplicates("formula")
    element = known["formula"].str.fullmatch("[A-Z][a-z]?")
    return known[element | (known["e_above_known_hull"] <= ON_HULL)].sort_values("id")


def write_competing_decks(
    folder: str | PathLike[str],
    hull: pd.DataFrame,
    candidates: pd.DataFrame,
    phases: Crystals,
    *,
    settings: DeckSettings,
    engine: Engine,
    potential: str,
    provenance: Mapping[str, Any],
) -> pd.DataFrame:
    """Write the engine's decks of the competing phases below a folder; list all calculations.

    hull, candidates: the rows of the system's `hull.csv` and `candidates.csv`. phases: the known
    ones. potential: name of the potential behind the energies so far. The columns are
    `CALCULATIONS`.
    """
    root = Path(folder)
    root.mkdir(parents=True, exist_ok=True)
    rows: list[tuple[object, ...]] = []
    for row in candidates.to_dict("records"):
        known = (row["id"], row["variant"], row["formula"], row["num_sites"])
        rows.append((row["id"], *known, row["formation_energy"]))
    for row in competing_phases(hull).to_dict("records"):
        structure, space_group = symmetrised(phases.structure(row["id"]))
        phase = Candidate(
            id=str(row["id"]),
            variant=KNOWN,
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
            settings=settings.model_copy(update={"engines": (engine,)}),
            potential=potential,
            provenance=provenance,
        )
        known = (phase.id, phase.variant, phase.formula, len(structure))
        rows.append((phase.formula, *known, phase.formation_energy))
    return pd.DataFrame(rows, columns=list(CALCULATIONS))
