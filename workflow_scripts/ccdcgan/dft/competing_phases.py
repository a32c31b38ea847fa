"""The calculations of a system's hull: its candidates and the phases that they compete with."""

import logging
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

import pandas as pd
from pymatgen.core import Composition

from ccdcgan.core.settings.dft import DeckSettings, Engine
from ccdcgan.crystals.matching import Catalogue
from ccdcgan.crystals.table import Crystals
from ccdcgan.dft.candidates import Candidate, symmetrised
from ccdcgan.dft.decks import write_deck
from ccdcgan.dft.energies import CALCULATIONS
from ccdcgan.dft.hubbard import hubbard_note, hubbard_of
from ccdcgan.stability.hull import ON_HULL
from ccdcgan.stability.known_phases import KNOWN, PROTOTYPE

logger = logging.getLogger(__name__)


def competing_phases(hull: pd.DataFrame, above: float) -> pd.DataFrame:
    """Select the known phases near the known hull, and the lowest of each element.

    Where no phase is known, prototypes take their place, as on the hull itself.

    The potential may put two phases in another order than DFT, so those on its hull are not enough.

    hull: columns id, source, formula, formation_energy and e_above_known_hull in eV/atom. above:
    eV/atom; how far above the known hull a phase may lie. The lowest of a formula come first.
    Without a hull (a missing end member) the elements that are there remain.
    """
    basis = KNOWN if (hull["source"] == KNOWN).any() else PROTOTYPE
    known = hull[hull["source"] == basis].sort_values(["formula", "formation_energy", "id"])
    element = known["formula"].map(lambda formula: Composition(formula).is_element).astype(bool)
    lowest = ~known["formula"].duplicated()
    return known[(element & lowest) | (known["e_above_known_hull"] <= above + ON_HULL)]


def write_competing_decks(
    folder: str | PathLike[str],
    hull: pd.DataFrame,
    candidates: pd.DataFrame,
    phases: Crystals,
    *,
    settings: DeckSettings,
    engine: Engine,
    above: float,
    potential: str,
    provenance: Mapping[str, Any],
) -> pd.DataFrame:
    """Write the engine's decks of the competing phases below a folder; list all calculations.

    hull, candidates: the rows of the system's `hull.csv` and `candidates.csv`. phases: the known
    ones. above: eV/atom; see `competing_phases`. potential: name of the potential behind the
    energies so far. A phase that equals a lower one is left out. The columns are `CALCULATIONS`.
    """
    root = Path(folder)
    root.mkdir(parents=True, exist_ok=True)
    rows: list[tuple[object, ...]] = []
    for row in candidates.to_dict("records"):
        known = (row["id"], row["variant"], row["formula"], row["num_sites"])
        rows.append((row["id"], *known, row["formation_energy"], row["hubbard_u"]))
    seen = Catalogue()
    for row in competing_phases(hull, above).to_dict("records"):
        structure, space_group = symmetrised(phases.structure(row["id"]))
        equal = seen.first_match(structure)
        if equal is not None:
            logger.info("%s equals %s, which is lower: left out", row["id"], equal)
            continue
        seen.add(str(row["id"]), structure)
        phase = Candidate(
            id=str(row["id"]),
            variant=str(row["source"]),
            generated=None,
            relaxed=structure,
            space_group=space_group,
            formation_energy=float(row["formation_energy"]),
            e_above_known_hull=float(row["e_above_known_hull"]),
            matches="",
        )
        name = f"{phase.formula}-{phase.id}"
        write_deck(
            phase,
            root / name,
            settings=settings.model_copy(update={"engines": (engine,)}),
            potential=potential,
            provenance=provenance,
        )
        known = (phase.id, phase.variant, phase.formula, len(structure))
        note = hubbard_note(hubbard_of(structure, settings.hubbard))
        rows.append((name, *known, phase.formation_energy, note))
    return pd.DataFrame(rows, columns=list(CALCULATIONS))
