"""A folder a candidate: the input decks of every engine and a note that says what they are."""

import logging
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

import pandas as pd

from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.dft import DeckSettings
from ccdcgan.crystals.table import Crystals
from ccdcgan.dft import espresso, gpaw, vasp
from ccdcgan.dft.candidates import Candidate, select_candidates, table
from ccdcgan.dft.hubbard import hubbard_note, hubbard_of
from ccdcgan.stability.hull import COMPETING, generated_rows
from ccdcgan.stability.known_phases import PROTOTYPE

logger = logging.getLogger(__name__)
HOW_TO = {"vasp": vasp.HOW_TO, "espresso": espresso.HOW_TO, "gpaw": gpaw.HOW_TO}
TITLES = {"vasp": "VASP", "espresso": "Quantum ESPRESSO", "gpaw": "GPAW"}


def make_decks(
    folder: str | PathLike[str],
    system: str,
    hull: pd.DataFrame,
    relaxed: Crystals,
    generated: Crystals,
    *,
    settings: DeckSettings,
    potential: str,
    provenance: Mapping[str, Any],
) -> pd.DataFrame:
    """Choose the candidates of a system, write their decks below a folder, and list them.

    hull: the rows of the system's `hull.csv`. relaxed, generated: the crystals of all variants,
    as relaxed and as decoded. potential: name of the potential behind the energies. A system
    without a candidate gets a table without rows; the README of the folder says why.
    """
    chosen = select_candidates(hull, relaxed, generated, count=settings.candidates)
    root = Path(folder)
    root.mkdir(parents=True, exist_ok=True)
    for one in chosen:
        logger.info("%s: %s, %.3f eV/atom", one.id, one.formula, one.e_above_known_hull)
        write_deck(
            one, root / one.id, settings=settings, potential=potential, provenance=provenance
        )
    if chosen:
        lines = [f"- `{one.id}`: {one.formula}, {one.space_group}" for one in chosen]
    else:
        generated_count = len(generated_rows(hull))
        lines = [
            f"No candidate: {generated_count} of the {len(hull)} rows of the system's hull are "
            "generated crystals, and none of these has a relaxed structure with an energy."
        ]
        logger.warning("%s: %s", system, lines[0])
    (root / "README.md").write_text(
        f"# Input decks of {system}\n\n" + "\n".join(lines) + "\n", encoding="utf-8"
    )
    return table(chosen, hubbard=settings.hubbard)


def write_deck(
    candidate: Candidate,
    folder: Path,
    *,
    settings: DeckSettings,
    potential: str,
    provenance: Mapping[str, Any],
) -> None:
    """Write the decks of one candidate, its CIFs and a README.

    An engine that cannot take the candidate (no potential for an element) gets a line with the
    reason in the README in place of its folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    candidate.relaxed.to(str(folder / "relaxed.cif"), symprec=0.01)
    if candidate.generated is not None:
        candidate.generated.to(str(folder / "generated.cif"))
    sections = []
    for engine in settings.engines:
        try:
            _write_engine(engine, candidate, folder / engine, settings)
            text = HOW_TO[engine]
        except InputError as error:
            text = f"Not made: {error}."
            logger.warning("%s, %s: %s", candidate.id, engine, error)
        sections.append(f"## {TITLES[engine]}\n\n{text}\n")
    (folder / "README.md").write_text(
        "\n".join([_describe(candidate, settings, potential, provenance), *sections]),
        encoding="utf-8",
    )


def _write_engine(engine: str, candidate: Candidate, folder: Path, settings: DeckSettings) -> None:
    spacing = settings.kpoint_spacing
    structure = candidate.start(settings.start)
    values = hubbard_of(structure, settings.hubbard)
    if engine == "vasp":
        vasp.write_vasp(structure, folder, hubbard=settings.hubbard)
    elif engine == "espresso":
        espresso.write_espresso(
            structure,
            folder,
            prefix=candidate.id,
            pseudopotentials=settings.espresso.pseudopotentials,
            cutoff=settings.espresso.cutoff,
            density_cutoff=settings.espresso.density_cutoff,
            spacing=spacing,
            hubbard=values,
        )
    else:
        gpaw.write_gpaw(structure, folder, name=candidate.id, spacing=spacing, hubbard=values)


def _describe(
    candidate: Candidate, settings: DeckSettings, potential: str, provenance: Mapping[str, Any]
) -> str:
    known = f"- relaxed into the known phase {candidate.matches}\n" if candidate.matches else ""
    generated = candidate.variant not in COMPETING
    phase = "prototype" if candidate.variant == PROTOTYPE else "known phase"
    kind = "generated crystal" if generated else phase
    origin = (
        f"graph and crystal: {candidate.id} of the variant {candidate.variant}"
        if generated
        else f"{phase}: {candidate.id} of the data"
    )
    values = hubbard_of(candidate.relaxed, settings.hubbard)
    with_u = f"with a Hubbard U on {hubbard_note(values)}" if values else "without a Hubbard U"
    start = "as it was decoded, with its symmetry restored"
    if settings.start == "relaxed" or candidate.generated is None:
        start = "that of `relaxed.cif`"
    decoded = "; `generated.cif`: as it was decoded" if candidate.generated is not None else ""
    versions = ", ".join(f"{name} {number}" for name, number in provenance["versions"].items())
    return f"""\
# {candidate.id}: {candidate.formula}

Input decks of a {kind}, which the potential {potential} has relaxed, in its primitive standard
cell.

- {origin}
- space group: {candidate.space_group}; atoms in the cell: {len(candidate.relaxed)}
- formation energy: {candidate.formation_energy:.4f} eV/atom ({potential})
- energy above the known hull: {candidate.e_above_known_hull:.4f} eV/atom ({potential})
{known}- the decks are of PBE {with_u}
- the structure of the decks: {start}
- `relaxed.cif`: relaxed by the potential{decoded}
- config digest: {provenance["config_digest"]}
- root seed: {provenance["seed"]}
- made with: {versions}
"""
