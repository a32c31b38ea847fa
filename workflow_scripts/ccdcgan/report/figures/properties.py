"""The figure of predicted properties: where the constraints moved the generated crystals."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ccdcgan.core.settings.constraint import ConstraintProperty
from ccdcgan.crystals.table import Crystals
from ccdcgan.report.figures.style import COLOURS, INK

BARS = 40
TRAINING = "#cccccc"


def properties_figure(
    training: Crystals,
    predicted: Mapping[str, Crystals],
    constraints: Sequence[ConstraintProperty],
    units: Mapping[str, str],
) -> Figure:
    """Draw a panel a property: in the training part and, as predicted, in each variant.

    training: structures of that part; predicted: by variant, with `predicted_{property}`.
    constraints: what the generator is to follow. units: by property. Tails beyond the
    outermost 0.1% of the training part are drawn in the last bars. Where no structure of the
    training part has the property, those of all variants take its place in that, and the legend
    says so.
    """
    figure = Figure(figsize=(3.6 * len(constraints) + 0.6, 3.1), layout="constrained")
    panels = figure.subplots(1, len(constraints), squeeze=False)[0]
    for axes, constraint in zip(panels, constraints, strict=True):
        name = constraint.name
        known = training[name].dropna()
        shown = {v: rows[f"predicted_{name}"].dropna() for v, rows in predicted.items()}
        edges = _edges(known if len(known) else pd.concat(shown.values()))
        beside = {"training part" if len(known) else "no training part": known}
        for label, values in (beside | shown).items():
            _distribution(axes, values, edges, label)
        axes.set_xlabel(f"{name.replace('_', ' ')} ({units[name]})")
        axes.set_title(_goal(constraint), fontsize=9, loc="left")
        axes.spines[["top", "right"]].set_visible(False)
        axes.set_yticks([])
    panels[0].set_ylabel("share of the crystals")
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper right", ncols=3, frameon=False, fontsize=9)
    return figure


def _edges(values: pd.Series) -> np.ndarray:
    """Return the edges of the bars, from the 0.1st to the 99.9th percentile of some values."""
    low, high = np.percentile(values, [0.1, 99.9]) if len(values) else (0.0, 1.0)
    return np.histogram_bin_edges([], BARS, (low, high))  # apart, too, where both are equal


def _distribution(axes: Axes, values: pd.Series, edges: np.ndarray, label: str) -> None:
    """Draw a histogram of area 1, with a mark at the mean; a flat line where there is no value."""
    clipped = np.clip(values, edges[0], edges[-1])
    counts, _ = np.histogram(clipped, bins=edges, density=len(values) > 0)
    colour = COLOURS.get(label, TRAINING)
    filled = label not in COLOURS
    shown = f"{label} ({len(values):,})"
    axes.stairs(counts, edges, fill=filled, color=colour, linewidth=1.4, label=shown)
    if len(values):
        mark = INK if filled else colour
        axes.axvline(values.mean(), color=mark, linewidth=0.9, linestyle=":")


def _goal(constraint: ConstraintProperty) -> str:
    if constraint.goal == "target":
        return f"goal: {constraint.target:g}"
    return f"goal: {constraint.goal}"
