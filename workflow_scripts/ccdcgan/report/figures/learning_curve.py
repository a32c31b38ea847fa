"""Errors of a property against the structures that were learnt from, with and without a start."""

import pandas as pd
from matplotlib.figure import Figure

from ccdcgan.report.figures.style import COLOURS, INK

LINES = {
    "pretrained": ("from the shipped network", COLOURS["ccdcgan"], "o", "-"),
    "scratch": ("from scratch", COLOURS["dcgan"], "s", "-"),
    "median": ("the median, no network", COLOURS["random"], "^", ":"),
}


def learning_curve_figure(curve: pd.DataFrame) -> Figure:
    """Draw mean absolute errors with standard errors over the folds, a panel a property.

    curve: as `evaluation.learning_curve.curve` gives it.
    """
    names = list(dict.fromkeys(curve["property"]))
    figure = Figure(figsize=(4.6 * len(names), 3.6), layout="constrained")
    for axes, name in zip(figure.subplots(1, len(names), squeeze=False)[0], names, strict=True):
        rows = curve[curve["property"] == name]
        for start, (label, colour, marker, line) in LINES.items():
            own = rows[rows["start"] == start]
            axes.errorbar(
                own["structures"],
                own["mae"],
                own["mae_standard_error"],
                label=label,
                color=colour,
                marker=marker,
                linestyle=line,
                capsize=3,
            )
        sizes = rows.drop_duplicates("size")
        axes.set_xscale("log")
        axes.set_xticks(sizes["structures"], [f"{size:.0f}" for size in sizes["structures"]])
        axes.minorticks_off()
        axes.set_ylim(bottom=0)
        axes.set_xlabel("structures learnt from")
        axes.set_ylabel(f"mean absolute error ({rows['unit'].iloc[0]})")
        tested, folds = rows["tested"].iloc[0], rows["folds"].iloc[0]
        axes.set_title(f"{name}, n = {tested} in {folds} folds", fontsize=10, color=INK)
        axes.spines[["top", "right"]].set_visible(False)
    figure.axes[0].legend(frameon=False, fontsize=8)
    return figure
