"""Figures of screen and relax: the funnel, and energies before and after relaxation."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ccdcgan.crystals.table import Crystals
from ccdcgan.report.figures.style import colours
from ccdcgan.stability.screen import funnel

AXIS_TOP = 3.0
"""eV/atom; where the axis of formation energies ends at the latest. The rest is counted."""


def funnel_figure(screened: Mapping[str, Crystals]) -> Figure:
    """Draw bars of how many graphs of each variant are valid, unique and novel.

    screened: by variant, the rows of `screen.csv`.
    """
    figure = Figure(figsize=(6.4, 3.4), layout="constrained")
    axes = figure.subplots()
    width = 0.8 / len(screened)
    chosen = colours(screened)
    for number, (variant, rows) in enumerate(screened.items()):
        table = funnel(rows)
        offset = (number - (len(screened) - 1) / 2) * width
        bars = axes.bar(
            np.arange(len(table)) + offset,
            table["count"],
            width * 0.94,
            color=chosen[variant],
            label=variant,
        )
        total = max(int(table["count"].iloc[0]), 1)
        labels = [f"{count}\n{count / total:.0%}" for count in table["count"]]
        axes.bar_label(bars, labels, fontsize=8, padding=2)
        axes.set_xticks(range(len(table)), list(table["stage"]))
    axes.set_ylabel("crystal graphs")
    axes.margins(y=0.16)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, loc="upper right")
    return figure


def energies_figure(relaxed: Mapping[str, Crystals]) -> Figure:
    """Draw formation energies before and after relaxation, a column a variant, and the changes."""
    figure = Figure(figsize=(3.3 * len(relaxed) + 3.3, 3.4), layout="constrained")
    panels = figure.subplots(1, len(relaxed) + 1, squeeze=False)[0]
    energies = [
        rows[name].dropna()
        for rows in relaxed.values()
        for name in ("formation_energy_before", "formation_energy_after")
    ]
    bins = _bins(pd.concat(energies))
    chosen = colours(relaxed)
    for axes, (variant, rows) in zip(panels, relaxed.items(), strict=False):
        for name, label, colour in (
            ("formation_energy_before", "as decoded", "#b0b0b0"),
            ("formation_energy_after", "relaxed", chosen[variant]),
        ):
            _histogram(axes, rows[name].dropna(), bins, label, color=colour, alpha=0.8)
        axes.axvline(0, ymax=0.74, color="black", linewidth=0.6, linestyle=":")
        axes.set_title(variant, fontsize=10)
        axes.set_xlabel("formation energy $E_\\mathrm{f}$ (eV/atom)")
    changes = {name: rows["delta_formation_energy"].dropna() for name, rows in relaxed.items()}
    bins = _bins(pd.concat(changes.values()))
    for variant, values in changes.items():
        style = {"histtype": "step", "linewidth": 1.6, "color": chosen[variant]}
        _histogram(panels[-1], values, bins, variant, **style)
    panels[-1].set_title("released by relaxation", fontsize=10)
    panels[-1].set_xlabel("$\\Delta E_\\mathrm{f}$, before − after (eV/atom)")
    top = max(axes.get_ylim()[1] for axes in panels[:-1])
    for axes in panels:
        axes.set_ylabel("crystals" if axes in (panels[0], panels[-1]) else "")
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.spines[["top", "right"]].set_visible(False)
        # Room for the legend above the bars; the variants share one scale.
        height = axes.get_ylim()[1] if axes is panels[-1] else top
        axes.set_ylim(0, height * 1.35)
        axes.legend(frameon=False, fontsize=8, loc="upper right")
    return figure


def _bins(values: pd.Series) -> list[float]:
    """Make about 30 bins; the last one ends where `AXIS_TOP` or the largest value does."""
    if not len(values):
        return np.linspace(-1, 1, 31).tolist()
    low, high = float(values.min()), min(float(values.max()), AXIS_TOP)
    high = max(high, low + 0.1)
    return np.linspace(low, high, 31).tolist()


def _histogram(axes: Axes, values: pd.Series, bins: list[float], label: str, **style: Any) -> None:
    beyond = int((values > bins[-1]).sum())
    mean = f", mean {values.mean():.2f}" if len(values) else ""
    note = f", {beyond} off the axis" if beyond else ""
    label = f"{label} ({len(values)}{mean}{note})"
    axes.hist(values[values <= bins[-1]], bins, label=label, **style)
