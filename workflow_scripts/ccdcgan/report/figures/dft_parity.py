"""Energies by DFT against those by the potential."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ccdcgan.evaluation.dft_parity import PAIRS
from ccdcgan.report.figures.style import COLOURS, INK, KNOWN
from ccdcgan.stability.hull import COMPETING

LABELS = {
    "formation_energy": "formation energy",
    "e_above_hull": "energy above the known hull",
}
KINDS = {"known": ("known phases", KNOWN, "o"), "generated": ("generated", COLOURS["ccdcgan"], "D")}


def dft_parity_figure(rows: pd.DataFrame, potential: str) -> Figure:
    """Draw a point for each crystal: its formation energy, and its energy above the hull.

    rows: of `parity_rows`; potential: whose energies DFT's are held against. Of the energies above
    the hull only those of generated crystals are drawn.
    """
    figure = Figure(figsize=(8.4, 4.2), layout="constrained")
    for axes, energy in zip(figure.subplots(1, 2), PAIRS, strict=True):
        _draw(axes, rows, energy)
        axes.set_xlabel(f"{LABELS[energy]} by DFT (eV/atom)")
        axes.set_ylabel(f"by {potential} (eV/atom)")
    return figure


def _draw(axes: Axes, rows: pd.DataFrame, energy: str) -> None:
    known = rows["source"].isin(COMPETING)
    drawn = []
    for kind, (label, colour, marker) in KINDS.items():
        if kind == "known" and energy == "e_above_hull":
            continue
        part = rows[known == (kind == "known")]
        both = part[[energy, PAIRS[energy]]].dropna().to_numpy(dtype=float)
        drawn.append(both)
        by_dft, by_potential = both.T
        axes.scatter(
            by_dft,
            by_potential,
            s=20,
            color=colour,
            marker=marker,
            linewidths=0,
            label=f"{label} ({len(both)})",
        )
    values = np.concatenate(drawn).ravel()
    low, high = (values.min(), values.max()) if len(values) else (0.0, 0.1)
    edge = 0.06 * max(high - low, 0.05)
    ends = (low - edge, high + edge)
    axes.plot(ends, ends, color=INK, linewidth=0.8, zorder=0)
    axes.set_xlim(*ends)
    axes.set_ylim(*ends)
    axes.set_aspect("equal")
    axes.legend(frameon=False, fontsize=8, loc="upper left")
    axes.spines[["top", "right"]].set_visible(False)
