"""What the training set looks like: formation energies and sizes of its structures."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ccdcgan.figures.style import INK

KINDS = {"phase": ("relaxed phases", "#35618f"), "hypothetical": ("variants of them", "#b9cfe4")}
BIN = 0.05
"""eV/atom; width of a bar of the formation energies."""


def structures_figure(table: pd.DataFrame, systems: Sequence[str]) -> Figure:
    """Stacked histograms of formation energy and number of atoms, a row a system.

    table: the training set. systems: chemical systems, the rows; all elements make up the last.
    """
    rows = [(system, table[table["chemical_system"] == system]) for system in systems]
    rows.append(("elements", table[~table["chemical_system"].str.contains("-")]))
    figure = Figure(figsize=(7.2, 1.0 + 1.8 * len(rows)), layout="constrained")
    panels = figure.subplots(len(rows), 2, sharex="col", squeeze=False, width_ratios=[3, 2])
    energies = table["formation_energy_per_atom"]
    bins = np.arange(np.floor(energies.min() / BIN), np.ceil(energies.max() / BIN) + 1) * BIN
    sizes = np.arange(0, table["num_sites"].max() + 1) + 0.5
    for (left, right), (name, part) in zip(panels, rows, strict=True):
        _stacked(left, part, "formation_energy_per_atom", bins)
        _stacked(right, part, "num_sites", sizes)
        left.axvline(0, color=INK, linewidth=0.6, linestyle=":")
        left.set_ylabel("structures")
        left.set_title(f"{name} ({len(part)})", fontsize=10, loc="left")
        right.xaxis.set_major_locator(MaxNLocator(integer=True))
    panels[-1][0].set_xlabel("formation energy (eV/atom)")
    panels[-1][1].set_xlabel("atoms in the primitive cell")
    handles, labels = panels[0][0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper right", ncols=2, frameon=False, fontsize=9)
    return figure


def _stacked(axes: Axes, part: pd.DataFrame, column: str, bins: np.ndarray) -> None:
    values = [part.loc[part["kind"] == kind, column] for kind in KINDS]
    labels, colours = zip(*KINDS.values(), strict=True)
    axes.hist(values, bins=list(bins), stacked=True, color=list(colours), label=list(labels))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=4))
    axes.spines[["top", "right"]].set_visible(False)
