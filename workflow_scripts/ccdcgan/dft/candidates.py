"""The crystals of a system that are worth density functional theory."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from os import PathLike

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pymatgen.core import Structure
from pymatgen.symmetry.analyzer import SpacegroupAnalyzer, SymmetryUndeterminedError

from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.dft import Hubbard, Start
from ccdcgan.core.tables import read_table
from ccdcgan.crystals.matching import Catalogue
from ccdcgan.crystals.table import SYMPREC, Crystals
from ccdcgan.data.sources.records import ID
from ccdcgan.dft.hubbard import hubbard_note, hubbard_of
from ccdcgan.stability.hull import generated_rows

logger = logging.getLogger(__name__)
EXACT = 1e-3
"""Å; atoms at most this far from an image count as symmetric, as to an engine."""
TEXT = ("id", "variant", "formula", "space_group", "matches", "hubbard_u")
COLUMNS = (
    "rank",
    "id",
    "variant",
    "formula",
    "num_sites",
    "space_group",
    "formation_energy",
    "e_above_known_hull",
    "matches",
    "hubbard_u",
)


@dataclass(frozen=True)
class Candidate:
    """A generated crystal: as decoded, and relaxed with its symmetry restored.

    Phases that it competes with have no decoded structure.

    id names the folder of the decks (`InputError` if it cannot).
    formation_energy and e_above_known_hull are in eV/atom, by the potential of the run;
    space_group is the symbol of `relaxed`; matches is the id of the known phase that it relaxed
    into, or empty.
    """

    id: str
    variant: str
    generated: Structure | None
    relaxed: Structure
    space_group: str
    formation_energy: float
    e_above_known_hull: float
    matches: str

    def __post_init__(self) -> None:
        if not ID.fullmatch(self.id):
            raise InputError(
                f"id {self.id[:80]!r} of a hull cannot name a folder of decks: letters, digits and "
                ".-_:+ can, 80 at most; make the hull again"
            )

    def start(self, of: Start) -> Structure:
        """Return what a deck begins with: relaxed, or as generated with its symmetry restored."""
        if of == "relaxed" or self.generated is None:
            return self.relaxed
        return symmetrised(self.generated)[0]

    @property
    def formula(self) -> str:
        """Return the reduced formula."""
        return self.relaxed.composition.reduced_formula


def symmetrised(structure: Structure) -> tuple[Structure, str]:
    """Return the primitive standard cell with exact symmetry, and its space group's symbol."""
    try:
        analyser = SpacegroupAnalyzer(structure, symprec=SYMPREC)
        return analyser.get_primitive_standard_structure(), analyser.get_space_group_symbol()
    except (SymmetryUndeterminedError, ValueError, TypeError):
        return structure, "P1"


def select_candidates(
    hull: pd.DataFrame,
    relaxed: Crystals,
    generated: Crystals,
    *,
    count: int,
) -> list[Candidate]:
    """Select at most `count` crystals, those lowest above the known hull first.

    Those that relaxed into a known phase come after all others, as their energy is known; elements
    come last, since a system is searched for compounds. A crystal that equals a better one (both
    variants together) is left out, and so is one without a relaxed structure or an energy.

    hull: columns id, source (`known`, `prototype` or the variant), formation_energy and
        e_above_known_hull in eV/atom, matches (id of a known phase or empty).
    relaxed, generated: the crystals after the relaxation, and as decoded.
    """
    held = relaxed.structures()
    rows = generated_rows(hull)
    rows = rows[rows["e_above_known_hull"].notna()]
    rows = rows.assign(
        known_phase=rows["matches"] != "",
        element=[name in held and len(held[name].elements) == 1 for name in rows["id"]],
    )
    order = ["element", "known_phase", "e_above_known_hull", "id"]
    seen = Catalogue()
    chosen: list[Candidate] = []
    for row in rows.sort_values(order).to_dict("records"):
        if len(chosen) == count:
            break
        name = str(row["id"])
        if name not in held:
            logger.warning("%s: no relaxed structure, left out", name)
            continue
        structure, space_group = symmetrised(held[name])
        if seen.first_match(structure):
            continue
        seen.add(name, structure)
        chosen.append(
            Candidate(
                id=name,
                variant=str(row["source"]),
                generated=generated.structure(name) if name in generated else None,
                relaxed=structure,
                space_group=space_group,
                formation_energy=float(row["formation_energy"]),
                e_above_known_hull=float(row["e_above_known_hull"]),
                matches=str(row["matches"]),
            )
        )
    return chosen


def table(candidates: Iterable[Candidate], *, hubbard: Hubbard) -> pd.DataFrame:
    """Make a row a candidate, best first; without candidates the columns alone.

    hubbard: of `hubbard_of`; hubbard_u says with which U (eV) the decks are, or `none`.
    """
    rows = [
        (
            rank,
            one.id,
            one.variant,
            one.formula,
            len(one.relaxed),
            one.space_group,
            one.formation_energy,
            one.e_above_known_hull,
            one.matches,
            hubbard_note(hubbard_of(one.relaxed, hubbard)),
        )
        for rank, one in enumerate(candidates, start=1)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def read_candidates(path: str | PathLike[str]) -> pd.DataFrame:
    """Read the rows of `candidates.csv`; `InputError` if it is damaged."""
    return read_table(path, COLUMNS, text=TEXT)


def mesh(structure: Structure, spacing: float) -> tuple[int, int, int]:
    """Count the points of a Γ-centred mesh along each reciprocal vector, at most `spacing` apart.

    spacing: 1/Å, with the 2π. The mesh has the symmetry of the crystal, without which engines count
    more of its points as different: where it has not, the axes that a rotation mixes get as many
    points as the one of them with the most.
    """
    points = np.ceil(np.array(structure.lattice.reciprocal_lattice.abc) / spacing - 1e-9)
    points = np.maximum(points, 1)
    rotations = _reciprocal_rotations(structure)
    turned = rotations * points[:, None] / points  # of a point's numbers in the mesh
    if not np.allclose(turned, np.round(turned)):
        mixed = (rotations != 0).any(axis=0)
        mixed = np.linalg.matrix_power(mixed.astype(int), 3) > 0  # through a third axis, too
        points = np.where(mixed, points, 0).max(axis=1)
    first, second, third = map(int, points)
    return first, second, third


def _reciprocal_rotations(structure: Structure) -> NDArray[np.integer]:
    """Give the rotations (n, 3, 3) of a crystal's point group as they act on k-points."""
    try:
        found = SpacegroupAnalyzer(structure, EXACT).get_symmetry_operations()
    except SymmetryUndeterminedError:
        return np.eye(3, dtype=int)[None]
    # Inverse transposes; a group has the inverses, too.
    return np.stack([np.round(one.rotation_matrix).astype(int).T for one in found])
