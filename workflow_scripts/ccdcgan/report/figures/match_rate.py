"""Which structures are predicted from their compositions, by number of atoms."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from ccdcgan.report.figures.style import COLOURS

WIDTH = 0.38
ONE = "#92c5de"  # of one sample, beside the blue of the best


def match_rate_figure(summary: Mapping[str, Any]) -> Figure:
    """Draw the match rates of one sample and of the best of several, with 95% intervals.

    summary: as `match_rate.summarise` gives it. Below each group stands how many structures it has.
    """
    tries, groups = summary["tries"], summary["by"]["num_sites"]
    bars = {"match_rate": ("one sample", ONE)}
    if tries > 1:
        bars[f"match_rate_{tries}"] = (f"best of {tries}", COLOURS["ccdcgan"])
    entries = {"all": summary, **groups}
    figure = Figure(figsize=(5.4, 3.4), layout="constrained")
    axes = figure.subplots()
    for number, (key, (label, colour)) in enumerate(bars.items()):
        places = np.arange(len(entries)) + (number - (len(bars) - 1) / 2) * WIDTH
        known = [(x, e) for x, e in zip(places, entries.values(), strict=True) if e["n"]]
        shares = np.array([100 * entry[key] for _, entry in known])
        ends = np.array([entry[f"{key}_interval"] for _, entry in known]).reshape(-1, 2) * 100
        spread = np.abs(ends - shares[:, None]).T
        style = {"yerr": spread, "ecolor": "#555555", "capsize": 2}
        axes.bar([x for x, _ in known], shares, WIDTH, label=label, color=colour, **style)
    names = [f"{name}\nn = {entry['n']}" for name, entry in entries.items()]
    axes.set_xticks(range(len(names)), names, fontsize=8)
    axes.set_xlabel("atoms in the cell")
    axes.set_ylabel("structures matched (%)")
    axes.set_ylim(0, 100)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize=8)
    axes.set_title("Structures predicted from their compositions", fontsize=10)
    return figure
