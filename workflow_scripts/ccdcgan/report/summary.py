"""All that is known of every generated graph, in one row, and the CIFs of its crystal."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from os import PathLike
from typing import Any

import numpy as np
import pandas as pd
from pymatgen.core import Composition, Element, Structure
from pymatgen.io.cif import CifWriter
from pymatgen.symmetry.analyzer import SymmetryUndeterminedError
from pymatgen.symmetry.groups import sg_symbol_from_int_number

from ccdcgan.core.shards import read_shard, strings
from ccdcgan.core.tables import read_table
from ccdcgan.crystals.table import Crystals
from ccdcgan.data.prototypes import prototype_of
from ccdcgan.representation.graph_layout import GRAPHS
from ccdcgan.stability.hull import ON_HULL
from ccdcgan.stability.outcomes import CONVERGED

MANIFEST = ("id", "variant", "status", "num_sites", "space_group")
SCREENED = (
    *("id", "formula", "chemical_system", "valid", "unique", "novel"),
    *("duplicate_of", "matches", "matched_split", "dropped"),
)
RELAXED = (
    *("id", "formation_energy_before", "formation_energy_after", "delta_formation_energy"),
    *("rmsd", "displacement", "volume_ratio", "space_group_after", "matches_after"),
    "duplicate_after",
)
HULL = (
    *("id", "e_above_known_hull", "e_above_redefined_hull", "stable"),
    *("decomposition_known", "decomposition_redefined"),
)
SUMMARY = (
    *("id", "variant", "seed", "composition_asked", "status", "reached", "dropped"),
    *("formula", "chemical_system", "num_sites", "space_group_before", "space_group_after"),
    "prototype",
    *RELAXED[1:7],
    *HULL[1:],
    *("duplicate_of", "duplicate_after", "matches", "matched_split", "matches_after"),
)
"""The columns, before those of the predicted properties."""
NUMBERS = (
    *("seed", "num_sites", "space_group_before", "space_group_after"),
    *RELAXED[1:7],
    *HULL[1:3],
)
REACHED = ("graph", "valid", "unique", "novel", "relaxed", "stable")
"""The stages that a graph passes one after the other."""


def read_asked(paths: Iterable[str | PathLike[str]]) -> pd.DataFrame:
    """Read of each graph of some shards: id, seed of its shard, composition_asked (`Co2Hf4`)."""
    rows = []
    for path in paths:
        with read_shard(path, GRAPHS) as file:
            seed = json.loads(file.attrs["provenance"])["seed"]
            for name, counts in zip(strings(file["id"]), file["counts"][:], strict=True):
                atoms = {Element.from_Z(int(z)): int(counts[z]) for z in np.flatnonzero(counts)}
                asked = Composition(atoms).formula.replace(" ", "")
                rows.append({"id": name, "seed": seed, "composition_asked": asked})
    return pd.DataFrame(rows, columns=["id", "seed", "composition_asked"])


def summarise(
    asked: pd.DataFrame,
    crystals: Crystals,
    screened: Crystals,
    relaxed: Crystals,
    hulls: Sequence[pd.DataFrame],
) -> pd.DataFrame:
    """Make a row for every graph of a variant: the columns `SUMMARY` and the predicted properties.

    asked: see `read_asked`. crystals: the manifests of all shards. screened: rows of `screen.csv`.
    hulls: rows of `hull.csv` of all systems. `reached` is the last stage that a graph passed
    (graph, valid, unique, novel, relaxed, stable) and `dropped` why it went no further.
    `duplicate_after` is the lower crystal that a relaxed one equals, `prototype` that of the
    relaxed crystal.
    """
    above = pd.concat([hull[list(HULL)] for hull in hulls]).drop_duplicates("id")
    predicted = [name for name in crystals.table if name.startswith("predicted_")]
    outcome = relaxed.table[list(RELAXED)].assign(relaxation=relaxed["status"])
    known = [{"id": n, "prototype": prototype_of(c)} for n, c in relaxed.items()]
    manifest = crystals.table[[*MANIFEST, *predicted]]
    rows = asked
    for table in (
        manifest.rename(columns={"space_group": "space_group_before"}),
        screened.table[list(SCREENED)],
        outcome,
        pd.DataFrame(known, columns=["id", "prototype"]),
        above,
    ):
        rows = rows.merge(table, how="left", on="id", validate="one_to_one")
    fates = [_fate(row) for row in rows.to_dict("records")]
    rows["reached"] = [reached for reached, _ in fates]
    rows["dropped"] = [reason for _, reason in fates]
    integers = ["num_sites", "space_group_before", "space_group_after"]
    return rows.astype(dict.fromkeys(integers, "Int64"))[[*SUMMARY, *predicted]]


def read_summary(path: str | PathLike[str]) -> pd.DataFrame:
    """Read the rows of `summary/{variant}.csv`; `InputError` if it is damaged."""
    text = [name for name in SUMMARY if name not in NUMBERS]
    return read_table(path, SUMMARY, text=text, numbers=NUMBERS)


def space_group_symbol(number: float | None) -> str:
    """Return the short symbol of a space group, `C2/m` of 12; `P1` where none was found."""
    known = 1 if number is None or pd.isna(number) else max(int(number), 1)
    # Of a monoclinic group pymatgen names all three axes: C12/m1.
    return re.sub(r"^([A-Z])1(.+)1$", r"\1\2", sg_symbol_from_int_number(known))


def cifs(crystals: Crystals, symprec: float | None = None) -> Iterator[tuple[str, str]]:
    """Yield file name and CIF of each crystal, as it is, in P1.

    With symprec, Å: of its conventional cell with the symmetry that the atoms are at most so far
    from; where none is found, in P1.
    """
    for name, crystal in crystals.items():
        yield f"{name}.cif", _with_symmetry(crystal, symprec) or str(CifWriter(crystal))


def _with_symmetry(crystal: Structure, symprec: float | None) -> str:
    try:
        return str(CifWriter(crystal, symprec=symprec)) if symprec else ""
    except (SymmetryUndeterminedError, ValueError, TypeError):
        return ""


def _fate(row: Mapping[str, Any]) -> tuple[str, str]:
    """Name the last stage that a graph passed, and why it went no further ("" if stable)."""
    for stage, before in (("valid", "graph"), ("unique", "valid"), ("novel", "unique")):
        if not row[stage]:
            return before, row["dropped"]
    if not isinstance(row["relaxation"], str):
        return "novel", "not drawn for relaxation"
    if row["relaxation"] != CONVERGED and pd.isna(row["e_above_known_hull"]):
        return "novel", row["relaxation"]
    for reason in ("matches_after", "duplicate_after"):
        if isinstance(row[reason], str) and row[reason]:
            return "relaxed", f"relaxed into {row[reason]}"
    energy = row["e_above_known_hull"]
    if pd.isna(energy):
        reason = row["decomposition_known"]
        return "relaxed", reason if isinstance(reason, str) and reason else "of no system"
    if not row["stable"]:
        return "relaxed", f"{max(energy, ON_HULL):.3f} eV/atom above the known hull"
    return "stable", ""
