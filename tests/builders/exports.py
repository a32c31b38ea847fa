"""Relaxed crystals and the rows of their summary, to be handed on to other tools."""

import numpy as np
import pandas as pd
from pymatgen.core import Lattice, Structure

from ccdcgan.crystals.table import Crystals
from ccdcgan.report.summary import HULL, RELAXED, SUMMARY

B2 = Structure(Lattice.cubic(3.3), ["Cd", "Li"], [[0, 0, 0], [0.5, 0.5, 0.5]])
INF = Structure(Lattice.cubic(4.9), ["In", "F"], [[0, 0, 0], [0.5, 0.5, 0.5]])
"""Indium fluoride, whose formula reads like a number."""
CRYSTALS = {"ccdcgan-000001": B2, "ccdcgan-000004": INF}


def relaxed() -> Crystals:
    """Two relaxed crystals, and one whose relaxation gave none."""
    table = Crystals.of_structures(CRYSTALS).table.reindex(range(3)).astype(object)
    table.loc[2, "id"] = "ccdcgan-000002"
    return Crystals(table.where(table.notna(), None))


def summary() -> pd.DataFrame:
    """The rows of three graphs, of which two have a relaxed crystal."""
    names = ["ccdcgan-000001", "ccdcgan-000002", "ccdcgan-000004"]
    rows = pd.DataFrame("", range(3), SUMMARY).assign(id=names, variant="ccdcgan", seed=7)
    rows["formula"] = ["LiCd", "LiCd", "InF"]
    rows["reached"] = ["stable", "novel", "relaxed"]
    for number, name in enumerate([*RELAXED[1:7], *HULL[1:3]]):
        rows[name] = [-0.01 * number, np.nan, 0.1 * number]
    rows["space_group_after"] = [221.0, np.nan, 221.0]
    rows["prototype"] = ["CsCl", None, ""]
    return rows.assign(predicted_band_gap=[np.nan, 0.5, 1.5])
