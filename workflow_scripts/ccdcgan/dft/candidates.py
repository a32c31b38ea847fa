"""The crystals of a system that are worth density functional theory."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import ase.io
import numpy as np
import pandas as pd
from pymatgen.analysis.structure_matcher import StructureMatcher
from pymatgen.core import Structure
from pymatgen.io.ase import AseAtomsAdaptor
from pymatgen.symmetry.analyzer import SpacegroupAnalyzer, SymmetryUndeterminedError

from ccdcgan.errors import InputError

logger = logging.getLogger(__name__)

SYMPREC = 0.1  # Å; what a potential's relaxation leaves over of a broken symmetry
COLUMNS = (
    "rank",
    "id",
    "variant",
    "formula",
    "num_sites",
    "space_group",
    "formation_energy",
    "e_above_known_hull",
)


@dataclass(frozen=True)
class Candidate:
    """A generated crystal: as decoded, and relaxed with its symmetry restored.

    formation_energy and e_above_known_hull are in eV/atom, by the potential of the run;
    space_group is the symbol of `relaxed`.
    """

    id: str
    variant: str
    generated: Structure | None
    relaxed: Structure
    space_group: str
    formation_energy: float
    e_above_known_hull: float

    @property
    def formula(self) -> str:
        """The reduced formula."""
        return self.relaxed.composition.reduced_formula


def read_crystals(paths: Iterable[str | PathLike[str]]) -> dict[str, Structure]:
    """The structures of extended XYZ files, by their id; an empty file holds none."""
    found: dict[str, Structure] = {}
    for path in map(Path, paths):
        if path.stat().st_size == 0:
            continue
        try:
            frames = ase.io.read(path, index=":", format="extxyz")
            found |= {str(a.info["id"]): AseAtomsAdaptor.get_structure(a) for a in frames}
        except KeyError as error:
            raise InputError(f"{path}: a structure lacks {error}; make the file again") from None
        except (ValueError, ase.io.extxyz.XYZError) as error:
            raise InputError(f"{path}: not readable ({error}); make the file again") from None
    return found


def symmetrised(structure: Structure) -> tuple[Structure, str]:
    """The primitive standard cell with exact symmetry, and the symbol of its space group."""
    try:
        analyser = SpacegroupAnalyzer(structure, symprec=SYMPREC)
        return analyser.get_primitive_standard_structure(), analyser.get_space_group_symbol()
    except (SymmetryUndeterminedError, ValueError, TypeError):
        return structure, "P1"


def select_candidates(
    hull: pd.DataFrame,
    relaxed: Mapping[str, Structure],
    generated: Mapping[str, Structure],
    *,
    count: int,
) -> list[Candidate]:
    """At most `count` crystals with the lowest energy above the known hull, best first.

    hull: columns id, source (`known` or a variant), formation_energy and e_above_known_hull
        in eV/atom.
    relaxed, generated: structures by id. A crystal that equals a better one (pymatgen's
        StructureMatcher, both variants together) is left out, and so is one without a relaxed
        structure or an energy.
    """
    rows = hull[(hull["source"] != "known") & np.isfinite(hull["e_above_known_hull"])]
    matcher = StructureMatcher()
    chosen: list[Candidate] = []
    for row in rows.sort_values(["e_above_known_hull", "id"]).to_dict("records"):
        if len(chosen) == count:
            break
        name = str(row["id"])
        if name not in relaxed:
            logger.warning("%s: no relaxed structure, left out", name)
            continue
        structure, space_group = symmetrised(relaxed[name])
        if any(matcher.fit(structure, other.relaxed) for other in chosen):
            continue
        chosen.append(
            Candidate(
                id=name,
                variant=str(row["source"]),
                generated=generated.get(name),
                relaxed=structure,
                space_group=space_group,
                formation_energy=float(row["formation_energy"]),
                e_above_known_hull=float(row["e_above_known_hull"]),
            )
        )
    return chosen


def table(candidates: Iterable[Candidate]) -> pd.DataFrame:
    """One row a candidate, best first; without candidates the columns alone."""
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
        )
        for rank, one in enumerate(candidates, start=1)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def mesh(structure: Structure, spacing: float) -> tuple[int, int, int]:
    """Points of a Γ-centred mesh along each reciprocal vector, at most `spacing` (1/Å) apart."""
    points = np.ceil(np.array(structure.lattice.reciprocal_lattice.abc) / spacing - 1e-9)
    first, second, third = (max(1, int(n)) for n in points)
    return first, second, third
