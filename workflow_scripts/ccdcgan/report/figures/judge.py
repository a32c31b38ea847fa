"""Energies above the hull by the potential against those by DFT."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from ccdcgan.evaluation.judge_check import DFT
from ccdcgan.report.figures.style import COLOURS, INK, KNOWN
from ccdcgan.stability.hull import METASTABLE


def judge_figure(rows: pd.DataFrame, label: str) -> Figure:
    """Draw a point for each crystal, and the limits of stability.

    rows: of `judge_rows`; label: whose energies they are.
    """
    both = rows.dropna(subset=[DFT, "e_above_hull"])
    figure = Figure(figsize=(4.6, 4.4), layout="constrained")
    axes = figure.subplots()
    values = both[[DFT, "e_above_hull"]].to_numpy(dtype=float)
    low, high = (values.min(), values.max()) if len(values) else (0.0, METASTABLE)
    ends = np.array([min(low, 0.0) - 0.05, max(high, METASTABLE) + 0.05])
    axes.plot(ends, ends, color=INK, linewidth=0.8)
    for limit in (0.0, METASTABLE):
        axes.axhline(limit, color=KNOWN, linewidth=0.6, linestyle=":")
        axes.axvline(limit, color=KNOWN, linewidth=0.6, linestyle=":")
    axes.scatter(both[DFT], both["e_above_hull"], s=18, color=COLOURS["ccdcgan"], linewidths=0)
    axes.set_xlim(*ends)
    axes.set_ylim(*ends)
    axes.set_aspect("equal")
    axes.set_xlabel("energy above the hull by DFT (eV/atom)")
    axes.set_ylabel("by the potential (eV/atom)")
    axes.set_title(f"{len(both)} of {len(rows)} crystals; {label}", fontsize=8)
    axes.spines[["top", "right"]].set_visible(False)
    return figure
