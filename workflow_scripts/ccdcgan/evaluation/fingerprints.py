"""Fingerprints of crystals, and how far two sets of crystals cover each other by them.

Fingerprints and coverage are those of Xie et al., ICLR 2022 (CDVAE), as its code has them.
"""

import sys
import warnings
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from os import PathLike
from typing import Any

import numpy as np
import pandas as pd
from matminer.featurizers.composition.composite import ElementProperty
from matminer.featurizers.site.fingerprint import CrystalNNFingerprint
from numpy.typing import NDArray
from pymatgen.core import Composition, Structure
from pymatgen.symmetry.analyzer import SpacegroupAnalyzer, SymmetryUndeterminedError
from scipy.spatial.distance import cdist
from tqdm import tqdm

from ccdcgan.core.parquet import read_parquet
from ccdcgan.core.tables import read_table
from ccdcgan.crystals.table import Crystals, source_notes

STRUCTURE_CUTOFF, COMPOSITION_CUTOFF = 0.4, 10.0
"""Distances at which a crystal counts as covered: those of CDVAE for MP-20."""
EXACT = 0.001
"""Å; within it sites count as equal by symmetry."""
COLUMNS = ("id", "structure", "composition")
SCALE = ("feature", "mean", "standard_deviation")


@cache
def _featurizers() -> tuple[CrystalNNFingerprint, ElementProperty]:
    return CrystalNNFingerprint.from_preset("ops"), ElementProperty.from_preset("magpie")


def fingerprint(crystal: Structure) -> tuple[NDArray[np.float64] | None, NDArray[np.float64]]:
    """Compute the fingerprints of structure (61,) and composition (132,) of a crystal.

    CrystalNN's of the sites, averaged, and Magpie's. No structure where CrystalNN has no answer.
    Of sites that symmetry makes equal one is computed.
    """
    sites, composition = _featurizers()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        magpie = np.array(composition.featurize(crystal.composition), dtype=float)
        try:
            first, times = np.unique(_equal_sites(crystal), return_counts=True)
            each = [sites.featurize(crystal, int(index)) for index in first]
        except Exception:  # of many kinds, for cells without neighbours; counted as not covered
            return None, magpie
    return np.average(each, axis=0, weights=times), magpie


def _equal_sites(crystal: Structure) -> NDArray[np.integer]:
    """Find for each site the first one that symmetry makes equal to it."""
    try:
        return SpacegroupAnalyzer(crystal, EXACT).get_symmetry_dataset().equivalent_atoms
    except SymmetryUndeterminedError:
        return np.arange(len(crystal))


def fingerprints(crystals: Crystals, *, processes: int = 1) -> pd.DataFrame:
    """Compute fingerprints of the crystals that have a structure: a row each.

    Columns: id, `structure` (list or None) and `composition` (list).
    """
    structures = crystals.structures()
    with ProcessPoolExecutor(processes, get_context("fork")) as pool:
        found = list(
            tqdm(
                pool.map(fingerprint, structures.values(), chunksize=4),
                "fingerprints",
                len(structures),
                mininterval=10,
                file=sys.stderr,
            )
        )
    rows = [
        (name, None if sites is None else sites.tolist(), magpie.tolist())
        for name, (sites, magpie) in zip(structures, found, strict=True)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def fingerprint_sample(
    crystals: Crystals, part: str | None, number: int, seed: int, *, processes: int = 1
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Compute the fingerprints of a sample of the rows, and say how many were `drawn`.

    Rows without a structure are drawn like all others. part: of the data, such as `test`; None:
    all rows.
    """
    drawn = (crystals.part(part) if part else crystals).sample(number, seed).sort("id")
    return fingerprints(drawn, processes=processes), {"drawn": len(drawn)}


def read_fingerprints(path: str | PathLike[str]) -> tuple[pd.DataFrame, int]:
    """Read a table of `fingerprints`, and of how many rows it is; `InputError` if it is damaged.

    Rows without a structure have no fingerprint but count: a graph that gave no crystal.
    """
    return read_parquet(path, columns=list(COLUMNS)).to_pandas(), source_notes(path)["drawn"]


def composition_scale(formulas: pd.Series) -> pd.DataFrame:
    """Take mean and standard deviation of each Magpie feature over formulas: columns `SCALE`."""
    _, featurizer = _featurizers()
    rows = {name: featurizer.featurize(Composition(name)) for name in formulas.unique()}
    values = np.array([rows[name] for name in formulas], dtype=float)
    found = (featurizer.feature_labels(), np.nanmean(values, axis=0), np.nanstd(values, axis=0))
    return pd.DataFrame(dict(zip(SCALE, found, strict=True)))


def read_scale(path: str | PathLike[str]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Read the means and standard deviations of a table that `composition_scale` gave."""
    table = read_table(path, SCALE, text=("feature",))
    _, mean, deviation = (table[name].to_numpy() for name in SCALE)
    return mean, deviation


def coverage(
    made: pd.DataFrame,
    known: pd.DataFrame,
    scale: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> dict[str, Any]:
    """Say which of the rows of two tables of `fingerprints` are covered: COV-R, COV-P of CDVAE.

    `recall` (known,): is there a made structure within `STRUCTURE_CUTOFF` and a made composition,
    not necessarily of the same crystal, within `COMPOSITION_CUTOFF`; `precision` (made,): the same
    the other way round. A crystal without a structure fingerprint covers nothing and is not
    covered. Distances are Euclidean; compositions are standardised by `scale`.
    """
    usable = [table["structure"].notna().to_numpy() for table in (made, known)]
    tables = [table[use] for table, use in zip((made, known), usable, strict=True)]
    result = [np.zeros(len(use), dtype=bool) for use in usable]
    if all(len(table) for table in tables):
        sites = cdist(*(np.stack(table["structure"].tolist()) for table in tables))
        magpie = cdist(*(_standardised(table, scale) for table in tables))
        for axis, (covered, use) in enumerate(zip(result, usable, strict=True)):
            other = 1 - axis
            covered[use] = (sites.min(axis=other) <= STRUCTURE_CUTOFF) & (
                magpie.min(axis=other) <= COMPOSITION_CUTOFF
            )
    return {"precision": result[0], "recall": result[1]}


def _standardised(
    table: pd.DataFrame, scale: tuple[NDArray[np.float64], NDArray[np.float64]]
) -> NDArray[np.float64]:
    mean, deviation = scale
    values = (np.stack(table["composition"].tolist()) - mean) / np.where(deviation, deviation, 1)
    return np.nan_to_num(values)
