"""What the training set looks like: its properties, sizes and elements."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ccdcgan.crystals.table import COPY, PHASE, Crystals
from ccdcgan.report.figures.periodic_table import draw_periodic_table
from ccdcgan.report.figures.style import INK

KINDS = {PHASE: ("phases", "#35618f"), COPY: ("copies of them", "#b9cfe4")}
BARS = 40
"""Bars of a property's histogram."""


def structures_figure(
    structures: Crystals, units: Mapping[str, str], systems: Sequence[str]
) -> Figure:
    """Draw stacked histograms of the target properties, atoms and elements of a structure.

    structures: the training set. units: by target property, its unit; a panel each. systems:
    chemical systems; a row each below that of all structures, where there are no others.
    """
    table = structures.table
    rows = [("all structures", table)]
    if len(structures.within(systems)) == len(structures):
        rows += [(system, table[table["chemical_system"] == system]) for system in systems]
    names = list(units)
    elements = table["chemical_system"].str.count("-") + 1
    bins = [_bins(table[name]) for name in names]
    bins.append(np.arange(table["num_sites"].max() + 1) + 0.5)
    bins.append(np.arange(elements.max() + 1) + 0.5)
    labels = [f"{name.replace('_', ' ')} ({units[name]})" for name in names]
    labels += ["atoms in the cell", "elements of a structure"]
    columns = len(labels)
    figure = Figure(figsize=(2.9 * columns, 1.0 + 1.8 * len(rows)), layout="constrained")
    panels = figure.subplots(len(rows), columns, sharex="col", squeeze=False)
    for line, (title, part) in zip(panels, rows, strict=True):
        values = [*(part[name] for name in names), part["num_sites"], elements[part.index]]
        for axes, value, edges in zip(line, values, bins, strict=True):
            _stacked(axes, value, part["kind"], edges)
        line[0].set_ylabel("structures")
        line[0].set_title(f"{title} ({len(part):,})", fontsize=10, loc="left")
        for axes in line[-2:]:
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        for axes, name in zip(line, names, strict=False):
            if (table[name] < 0).any():
                axes.axvline(0, color=INK, linewidth=0.6, linestyle=":")
    for axes, label in zip(panels[-1], labels, strict=True):
        axes.set_xlabel(label)
    if table["kind"].nunique() > 1:
        handles, kinds = panels[0][0].get_legend_handles_labels()
        figure.legend(handles, kinds, loc="outside upper right", ncols=2, frameon=False, fontsize=9)
    return figure


def element_counts_figure(structures: Crystals) -> Figure:
    """Draw a periodic table with the number of structures that hold each element."""
    counts: Counter[str] = Counter()
    for system in structures["chemical_system"]:
        counts.update(system.split("-"))
    figure = Figure(figsize=(8.0, 4.6), layout="constrained")
    axes = figure.subplots()
    draw_periodic_table(axes, counts, label="structures with the element")
    systems = structures["chemical_system"].nunique()
    axes.set_title(
        f"{len(structures):,} structures, {systems:,} chemical systems, {len(counts)} elements",
        fontsize=10,
    )
    return figure


def _bins(values: pd.Series) -> np.ndarray:
    known = values[np.isfinite(values)]
    if not len(known):
        return np.linspace(0, 1, 2)
    low, high = np.percentile(known, [0.1, 99.9])
    if low == high:
        low, high = low - 0.5, high + 0.5
    return np.linspace(low, high, BARS + 1)


def _stacked(axes: Axes, values: pd.Series, kinds: pd.Series, bins: np.ndarray) -> None:
    shown = [np.clip(values[kinds == kind].dropna(), bins[0], bins[-1]) for kind in KINDS]
    labels, colours = zip(*KINDS.values(), strict=True)
    axes.hist(shown, bins=list(bins), stacked=True, color=list(colours), label=list(labels))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=4))
    axes.spines[["top", "right"]].set_visible(False)
