"""The community's benchmark: crystals for LeMat-GenBench, and what can be said of them offline.

Definitions are those of LeMat-GenBench (Betala et al., arXiv:2512.04562) as its package has them at
commit 5bab2cd of github.com/LeMaterial/lemat-genbench, in its configuration of the leaderboard
(`comprehensive_multi_mlip_hull`). docs/BENCHMARK.md says what can be compared with it.
"""

import sys
from collections.abc import Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from os import PathLike
from typing import Any

import numpy as np
import pandas as pd
from pymatgen.analysis.structure_matcher import StructureMatcher
from scipy.stats import binomtest
from tqdm import tqdm

from ccdcgan.core.errors import InputError
from ccdcgan.core.tables import read_table
from ccdcgan.crystals.matching import Catalogue
from ccdcgan.crystals.table import Crystals
from ccdcgan.evaluation.benchmark_sample import Draw
from ccdcgan.evaluation.validity import check

MATCHER = StructureMatcher(ltol=0.1)
"""Which crystals are equal: material-hasher's `PymatgenStructureSimilarity(tolerance=0.1)`."""
METASTABLE = 0.1
"""eV/atom above the hull up to which a crystal that is not stable is metastable."""
CONFIDENCE = 0.95
ENERGIES = ("id", "e_above_hull", "rmsd", "status")
"""The columns of a potential's table: eV/atom, Å, and what became of the crystal."""
COUNTED = ("relaxed", "static")
"""The outcomes whose energy counts: relaxed to convergence, or of the crystal as it was written."""
MEAN = "mean"
"""The name of the mean of all potentials, among them."""
SUN = {"stable": "S.U.N.", "metastable": "M.S.U.N."}
MEANINGS = {
    "crystals": "generated graphs that gave a crystal, up to the last one drawn",
    "charge_neutral": "crystals that are neutral within 0.1 elementary charges",
    "distances": "crystals without atoms closer than half of the sum of their radii and 0.7 Å",
    "half_radii": "crystals without atoms closer than half of the sum of their radii alone",
    "plausible": "crystals with plausible densities, cell, CIF and symmetry",
    "valid": "crystals that are neutral, with such distances (0.7 Å included), and plausible",
    "unique": "crystals that are valid and equal no later valid one",
    "unique_of_valid": "valid crystals that equal no later valid one",
    "novel": "crystals that are valid and equal no reference structure",
    "novel_of_valid": "valid crystals that equal no reference structure",
}
"""The shares. The last words of each denominator are what its meaning names first."""
STABILITY = {
    "energies": "crystals that are valid and have an energy above the hull",
    "stable": "crystals that are valid and at most 0 eV/atom above the hull",
    "unique_in_stable": "stable crystals (of all) that equal no earlier stable one",
    "sun": "S.U.N.: crystals that are valid, stable, equal no earlier stable one, and are novel",
    "metastable": "crystals that are valid and above 0, at most 0.1 eV/atom, above the hull",
    "unique_in_metastable": "metastable crystals (of all) that equal no earlier metastable one",
    "msun": "M.S.U.N.: as S.U.N., of metastable crystals in place of stable ones",
}
"""The shares of each potential; all of them of all crystals."""


def references_of(structures: Crystals, known: Iterable[Crystals]) -> Crystals:
    """Join the phases of the data, without disturbed copies, and further known structures.

    An id that comes again is left out. Column `reference`: `data` or `known`.
    """
    parts = [structures.phases().assign(reference="data")]
    seen = set(parts[0])
    for table in known:
        parts.append(table.where([name not in seen for name in table]).assign(reference="known"))
        seen.update(table)
    return Crystals.join(parts)


def read_energies(path: str | PathLike[str]) -> pd.DataFrame:
    """Read the table of one potential, a row a crystal: the columns `ENERGIES`.

    `e_above_hull` is against the hull of the same potential. Raises `InputError` if the file is
    damaged or repeats an id.
    """
    return read_table(path, ENERGIES, text=("status",))


def share(numerator: int, denominator: int, meaning: str) -> dict[str, Any]:
    """Make a share with its interval at 95% (Wilson, J. Am. Stat. Assoc. 22, 209 (1927)).

    Without a denominator, share and interval are None.
    """
    counts = {"numerator": int(numerator), "denominator": int(denominator)}
    if not denominator:
        return {"meaning": meaning, **counts, "share": None, "interval": None}
    low, high = binomtest(int(numerator), int(denominator)).proportion_ci(CONFIDENCE, "wilson")
    part = numerator / denominator
    return {"meaning": meaning, **counts, "share": part, "interval": [float(low), float(high)]}


def mean(values: pd.Series, meaning: str) -> dict[str, Any]:
    """Make the mean of the numbers that are known, of how many, and its standard error."""
    known = values.dropna().astype(float)
    value = float(known.mean()) if len(known) else None
    error = float(known.std(ddof=1) / np.sqrt(len(known))) if len(known) > 1 else None
    return {"meaning": meaning, "mean": value, "n": len(known), "standard_error": error}


@dataclass(frozen=True)
class Judged:
    """A row a crystal; by id, the earlier valid crystals that a valid one equals; and by what.

    references: how many structures of each kind the crystals were compared with.
    """

    rows: pd.DataFrame
    earlier: dict[str, list[str]]
    references: dict[str, int]


def judge(crystals: Crystals, references: Crystals, *, processes: int = 1) -> Judged:
    """Say of each crystal whether it is valid, unique and novel.

    As LeMat-GenBench has it, only valid crystals go on, and are judged by their structures as
    generated, by pymatgen's StructureMatcher with `ltol` 0.1 (`MATCHER`). `unique`: no later valid
    crystal is equal (`UniquenessMetric`), so that the last one of equal ones is kept; `repeated_by`
    is the first of the later ones. `novel`: no reference structure is equal (`NoveltyMetric`), the
    repeated crystals included; `matches` is the first that is. LeMat-GenBench's references are the
    five million structures of LeMat-Bulk.

    references: see `references_of`. processes: how many work at once; the rows do not depend on
    it. Columns: id, formula, chemical_system, num_sites, those of `validity.check`, unique,
    repeated_by, novel, matches.
    """
    names = ["id", "formula", "chemical_system", "num_sites"]
    rows = crystals.table[names].reset_index(drop=True)
    with ProcessPoolExecutor(processes, get_context("fork")) as pool:
        checked = tqdm(
            pool.map(check, crystals.structures().values(), chunksize=8),
            total=len(crystals),
            desc="validity",
            mininterval=10,
            file=sys.stderr,
        )
        rows = rows.join(pd.DataFrame(list(checked), index=rows.index))
        valid = crystals.where(rows["valid"])
        tasks = dict(tuple(valid.table.groupby("formula", sort=False)))
        known = references.with_structure()
        known = known.where(known["formula"].isin(tasks))
        theirs = dict(tuple(known.table.groupby("formula", sort=False)))
        none = known.table.iloc[:0]
        # The largest first, so that none of them is left for one process at the end.
        order = sorted(tasks, key=lambda formula: -len(tasks[formula]))
        parts = pool.map(
            _compare,
            [Crystals(tasks[formula]) for formula in order],
            [Crystals(theirs.get(formula, none)) for formula in order],
        )
        earlier: dict[str, list[str]] = {}
        matches: dict[str, str] = {}
        for some_earlier, some_matches in parts:
            earlier |= some_earlier
            matches |= some_matches
    repeated_by: dict[str, str] = {}
    for name in valid:
        for first in earlier[name]:
            repeated_by.setdefault(first, name)
    rows["repeated_by"] = rows["id"].map(repeated_by).fillna("")
    rows["matches"] = rows["id"].map(matches).fillna("")
    rows["unique"] = rows["valid"] & (rows["repeated_by"] == "")
    rows["novel"] = rows["valid"] & (rows["matches"] == "")
    return Judged(rows, earlier, references["reference"].value_counts().to_dict())


def _compare(
    crystals: Crystals, references: Crystals
) -> tuple[dict[str, list[str]], dict[str, str]]:
    """Find which earlier ones each crystal of one formula equals, and the first reference."""
    seen, known = Catalogue(MATCHER), Catalogue.of(references, MATCHER)
    earlier, matches = {}, {}
    for name, crystal in crystals.items():
        earlier[name] = seen.all_matches(crystal)
        seen.add(name, crystal)
        match = known.first_match(crystal)
        if match is not None:
            matches[name] = match
    return earlier, matches


def stability(judged: Judged, above: pd.Series) -> pd.DataFrame:
    """Say of each crystal whether it is stable and whether it is S.U.N., by some energies.

    As LeMat-GenBench's `SUNMetric`: of the valid crystals those at most 0 eV/atom above the hull
    are `stable`, those above 0 and at most 0.1 eV/atom `metastable`; among the stable ones, and
    among the metastable ones apart, one that equals an earlier one of them is not unique; and those
    of the unique that are novel are S.U.N. or M.S.U.N. A metastable crystal that equals a stable
    one is still counted, among the metastable.

    above: eV/atom by id; one without a number is neither. Columns: stability, unique, sun.
    """
    rows = judged.rows
    energy = rows["id"].map(above).astype(float)
    kinds = pd.Series("", index=rows.index, dtype=object)
    kinds[rows["valid"] & (energy <= METASTABLE)] = "metastable"
    kinds[rows["valid"] & (energy <= 0)] = "stable"
    kind = dict(zip(rows["id"], kinds, strict=True))
    unique = [
        bool(kind[name]) and all(kind[other] != kind[name] for other in judged.earlier[name])
        for name in rows["id"]
    ]
    found = pd.DataFrame({"stability": kinds, "unique": unique}, index=rows.index)
    found["sun"] = kinds.map(SUN).fillna("").where(found["unique"] & rows["novel"], "")
    return found


def above_hulls(
    judged: Judged, energies: Mapping[str, pd.DataFrame]
) -> tuple[dict[str, pd.Series], dict[str, pd.Series]]:
    """Return energies above the hull (eV/atom) and RMSDs (Å) by id, of each potential.

    The mean of several potentials is that of the numbers that each crystal has, as LeMat-GenBench's
    `e_above_hull_mean` of its three. energies: tables of `ENERGIES` by potential. A row counts if
    its status is one of `COUNTED`. Raises `InputError` for a crystal that was not drawn.
    """
    drawn = set(judged.rows["id"])
    above, moved = {}, {}
    for potential, table in energies.items():
        strange = sorted(set(table["id"]) - drawn)
        if strange:
            raise InputError(
                f"energies of {potential}: {strange[0]!r} is none of the crystals of the "
                "benchmark; compute the energies of its crystals.parquet"
            )
        held = table[table["status"].isin(COUNTED)].set_index("id")
        above[potential] = held["e_above_hull"].astype(float)
        moved[potential] = held["rmsd"].astype(float)
    if len(energies) > 1:
        above[MEAN] = pd.DataFrame(above).mean(axis=1)
        moved[MEAN] = pd.DataFrame(moved).mean(axis=1)
    return above, moved


def measure(
    judged: Judged, drawn: Draw, energies: Mapping[str, pd.DataFrame]
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the rows with what the energies say, and all shares.

    The denominator of a share is the number of all crystals, as the leaderboard's counts are of all
    structures, unless its name says otherwise. energies: see `above_hulls`; with none of them
    `stability` is empty.
    """
    rows = judged.rows.copy()
    total, valid = len(rows), int(rows["valid"].sum())
    counts = {
        "crystals": (total, drawn.graphs),
        **{
            name: (rows[name].sum(), total)
            for name in ("charge_neutral", "distances", "half_radii", "plausible", "valid")
        },
        "unique": (rows["unique"].sum(), total),
        "unique_of_valid": (rows["unique"].sum(), valid),
        "novel": (rows["novel"].sum(), total),
        "novel_of_valid": (rows["novel"].sum(), valid),
    }
    measures = {name: share(*counts[name], MEANINGS[name]) for name in MEANINGS}
    above, moved = above_hulls(judged, energies)
    by_potential = {}
    for potential in above:
        verdicts = stability(judged, above[potential])
        rows[f"e_above_hull_{potential}"] = rows["id"].map(above[potential])
        rows[f"rmsd_{potential}"] = rows["id"].map(moved[potential])
        for column in ("stability", "sun"):
            rows[f"{column}_{potential}"] = verdicts[column]
        by_potential[potential] = _stability_shares(rows, verdicts, potential)
    found = {"shares": measures, "stability": by_potential}
    return rows, {**drawn.notes(), "references": judged.references, **found}


def _stability_shares(
    rows: pd.DataFrame, found: pd.DataFrame, potential: str
) -> dict[str, dict[str, Any]]:
    valid = rows[rows["valid"]]
    above, moved = valid[f"e_above_hull_{potential}"], valid[f"rmsd_{potential}"]
    counts = {"energies": int(above.notna().sum())}
    for kind, name in (("stable", "sun"), ("metastable", "msun")):
        of_kind = found["stability"] == kind
        counts[kind] = int(of_kind.sum())
        counts[f"unique_in_{kind}"] = int((of_kind & found["unique"]).sum())
        counts[name] = int((found["sun"] == SUN[kind]).sum())
    shares = {name: share(counts[name], len(rows), STABILITY[name]) for name in STABILITY}
    return {
        **shares,
        "e_above_hull": mean(above, "energy above the hull of the valid crystals (eV/atom)"),
        "rmsd": mean(moved, "RMSD between generated and relaxed of the valid crystals (Å)"),
    }
