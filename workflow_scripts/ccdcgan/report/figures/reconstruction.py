"""Which kinds of structures come back from their graphs."""

from collections.abc import Mapping
from typing import Any

from matplotlib.figure import Figure

from ccdcgan.report.figures.style import COLOURS, INK

TITLES = {
    "num_sites": "atoms in the cell",
    "num_elements": "elements",
    "crystal_system": "crystal system",
}


def reconstruction_figure(summary: Mapping[str, Any]) -> Figure:
    """Draw the share of structures that came back, by what they are, with the number of each kind.

    summary: as `evaluate` gives it.
    """
    groups = summary["by"]
    sizes = [len(groups[name]) for name in TITLES]
    figure = Figure(figsize=(9.6, 3.2), layout="constrained")
    panels = figure.subplots(1, len(TITLES), sharey=True, width_ratios=[s + 3 for s in sizes])
    for axes, (name, title) in zip(panels, TITLES.items(), strict=True):
        kinds = groups[name]
        shares = [100 * entry["reproduced"] for entry in kinds.values()]
        places = range(len(kinds))
        axes.bar(places, shares, color=COLOURS["ccdcgan"])
        for place, entry in zip(places, kinds.values(), strict=True):
            axes.text(
                place,
                2,
                str(entry["structures"]),
                rotation=90,
                ha="center",
                color="white",
                fontsize=7,
            )
        turned = 45 if name == "crystal_system" else 0
        axes.set_xticks(
            list(places),
            list(kinds),
            rotation=turned,
            fontsize=7,
            ha="right" if turned else "center",
        )
        axes.set_xlabel(title)
        axes.axhline(100 * summary["reproduction_blind"], color=INK, linewidth=0.7, linestyle=":")
        axes.spines[["top", "right"]].set_visible(False)
    panels[0].set_ylabel("brought back (%)")
    panels[0].set_ylim(0, 100)
    figure.suptitle(
        f"{summary['n']:,} structures, {100 * summary['reproduction_blind']:.1f}% brought back",
        fontsize=10,
    )
    return figure
