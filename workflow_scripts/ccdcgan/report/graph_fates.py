"""What became of every generated graph, in one row."""

import json
from collections.abc import Iterable, Mapping, Sequence
from os import PathLike
from typing import Any

import numpy as np
import pandas as pd
from pymatgen.core import Composition, Element

from ccdcgan.core.shards import read_shard, strings
from ccdcgan.crystals.table import Crystals
from ccdcgan.data.prototypes import prototype_of
from ccdcgan.report.summary import HULL, RELAXED, SUMMARY
from ccdcgan.representation.graph_layout import GRAPHS
from ccdcgan.stability.hull import ON_HULL
from ccdcgan.stability.outcomes import CONVERGED

MANIFEST = ("id", "variant", "status", "num_sites", "space_group")
SCREENED = (
    *("id", "formula", "chemical_system", "valid", "unique", "novel"),
    *("duplicate_of", "matches", "matched_split", "dropped"),
)


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
