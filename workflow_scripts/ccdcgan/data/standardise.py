"""From the rows of the sources to those of the training set: cells, filters, duplicates."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
from pymatgen.analysis.structure_matcher import StructureMatcher
from tqdm import tqdm

from ccdcgan.core.artifacts import stable_seed
from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.filters import FilterSettings
from ccdcgan.core.settings.limits import USUAL
from ccdcgan.crystals.cells import AS_GIVEN, standard_cell
from ccdcgan.crystals.table import COPY, PHASE, from_structure, to_structure
from ccdcgan.data.duplicates import mark_duplicates
from ccdcgan.data.filters import geometry_fault, property_fault
from ccdcgan.data.sources.records import reject

EXACT = StructureMatcher(
    ltol=0.01, stol=0.01, angle_tol=0.5, primitive_cell=False, scale=False, attempt_supercell=False
)
"""Structures that differ by less than rounding and the tolerance of a relaxation."""
VOLUME = 0.02
"""Relative; volumes an atom that differ by more cannot belong to equal structures."""


def shard_of_sources(tables: Sequence[pd.DataFrame], shard: int, shards: int) -> pd.DataFrame:
    """Select the rows of one of `shards` shards, from the tables of all sources in their order.

    Rows of one formula fall into one shard, so that duplicates can be found there. An id that
    stood in an earlier row is dropped.
    """
    table = pd.concat(tables, ignore_index=True)
    if not (table["dropped"] == "").any():
        reasons = table["dropped"].value_counts().head(3).to_dict()
        raise InputError(f"no structure of the sources can be used: {reasons}")
    reject(table, table["id"].duplicated(), "repeated id: an earlier row has it")
    formulas = table["formula"].fillna("")
    numbers = {name: stable_seed(0, "shard", name) % shards for name in formulas.unique()}
    return table[formulas.map(numbers) == shard].reset_index(drop=True)


def standardise(
    table: pd.DataFrame,
    *,
    cell: str,
    required: Mapping[str, bool],
    filters: FilterSettings,
    max_atoms: int = USUAL.atoms,
) -> pd.DataFrame:
    """Bring rows into standard cells, with `space_group`; `dropped` says why one is out.

    cell: as `standard_cell` takes it; copies of a structure keep the cell they were made in.
    required: by target property, whether a row must have it. max_atoms: of a structure as it came;
    how long it takes to find the cell of a larger one grows with the square of their number.
    """
    large = table["num_sites"].fillna(0) > max_atoms
    counts = table["num_sites"].astype(str).str.removesuffix(".0")
    reasons = "too large: " + counts + f" atoms, beyond data.limits.atoms ({max_atoms})"
    reject(table, large, reasons)
    rows = []
    table = table.assign(**{name: float("nan") for name in required if name not in table})
    progress = tqdm(
        table.to_dict("records"), "standardised", mininterval=10, file=sys.stderr, unit="structures"
    )
    for row in progress:
        rows.append(row if row["dropped"] else row | _standard(row, cell, required, filters))
    done = pd.DataFrame(rows, columns=[*table.columns, "space_group"])
    mark_exact_duplicates(done)
    return done


def _standard(
    row: Mapping[str, Any], cell: str, required: Mapping[str, bool], filters: FilterSettings
) -> dict[str, Any]:
    fault = property_fault(row, required, filters)
    if fault:
        return {"dropped": fault}
    try:
        own = AS_GIVEN if row["kind"] == COPY else cell
        structure, number = standard_cell(to_structure(row), own)
    except ValueError as error:
        return {"dropped": str(error)}
    return {
        **from_structure(structure),
        "space_group": number,
        "dropped": geometry_fault(structure, filters),
    }


def mark_exact_duplicates(table: pd.DataFrame) -> None:
    """Drop rows that equal an earlier one of the same formula; copies are not compared.

    Only rows with as many atoms in the cell and nearly the same volume can be equal, so only those
    are given to StructureMatcher.
    """
    phases = table[(table["dropped"] == "") & (table["kind"] == PHASE)]
    groups = phases.groupby(["formula", "num_sites"], sort=False)
    for _, group in tqdm(groups, "compared", mininterval=10, file=sys.stderr, unit="formulas"):
        if len(group) > 1:
            for near in _near_volumes(group):
                part = table.loc[sorted(near)].copy()
                mark_duplicates(part, matcher=EXACT)
                table.loc[part.index, "dropped"] = part["dropped"]


def _near_volumes(group: pd.DataFrame) -> Iterable[list[Any]]:
    """Yield runs of rows in the order of their volumes, without a gap wider than `VOLUME`."""
    ordered = group["volume_per_atom"].sort_values()
    breaks = (ordered.diff() > VOLUME * ordered).cumsum()
    for _, run in ordered.groupby(breaks):
        if len(run) > 1:
            yield run.index.tolist()
