"""Energies against space groups, of each composition that crystals were asked for."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from pymatgen.core import Composition
from pymatgen.util.string import unicodeify, unicodeify_spacegroup

from ccdcgan.crystals.symmetry import space_group_symbol
from ccdcgan.report.figures.style import INK, KNOWN, MARKERS, colours
from ccdcgan.stability.hull import METASTABLE

COLUMNS = 2
"""Panels side by side."""
WIDTH, HEIGHT = 4.6, 3.2
"""Inches of a panel."""
SPREAD = 0.12
"""How far variants stand apart, of the distance between two space groups."""


def compositions_figure(
    rows: Mapping[str, pd.DataFrame], asked: Sequence[Mapping[str, int]]
) -> Figure:
    """Draw a panel for each formula: energies above the known hull by space group.

    rows: by variant, those of the summary. asked: the atoms of the cells that were asked for; cells
    of one reduced formula share a panel. A formula without a relaxed crystal says so.
    """
    formulas = list(dict.fromkeys(Composition(dict(atoms)).reduced_formula for atoms in asked))
    columns = min(COLUMNS, len(formulas))
    lines = -(-len(formulas) // columns)
    figure = Figure(figsize=(WIDTH * columns, HEIGHT * lines), layout="constrained")
    panels = figure.subplots(lines, columns, squeeze=False).ravel()
    for axes, formula in zip(panels, formulas, strict=False):
        own = {name: table[table["formula"] == formula] for name, table in rows.items()}
        _panel(axes, own, formula)
    for axes in panels[len(formulas) :]:
        axes.set_axis_off()
    return figure


def _panel(axes: Axes, rows: Mapping[str, pd.DataFrame], formula: str) -> None:
    relaxed = {
        name: table.dropna(subset=["e_above_known_hull", "space_group_after"])
        for name, table in rows.items()
    }
    made = sum(map(len, rows.values()))
    drawn = sum(map(len, relaxed.values()))
    axes.set_title(f"{unicodeify(formula)}: {drawn} relaxed of {made} crystals", fontsize=9)
    axes.set_ylabel("energy above the known hull (eV/atom)", fontsize=8)
    axes.spines[["top", "right"]].set_visible(False)
    groups = sorted({int(one) for table in relaxed.values() for one in table["space_group_after"]})
    if not groups:
        axes.text(0.5, 0.5, "no relaxed crystal with an energy", ha="center", va="center")
        axes.set_xticks([])
        axes.set_yticks([])
        return
    places = {number: place for place, number in enumerate(groups)}
    chosen = colours(relaxed)
    for number, (name, table) in enumerate(relaxed.items()):
        offset = (number - (len(relaxed) - 1) / 2) * SPREAD
        axes.scatter(
            [places[int(one)] + offset for one in table["space_group_after"]],
            table["e_above_known_hull"],
            s=22,
            marker=MARKERS[name],
            facecolors=chosen[name],
            edgecolors=INK,
            linewidths=0.4,
            alpha=0.8,
            label=name,
        )
    axes.axhline(0.0, color=INK, linewidth=0.8)
    axes.axhline(METASTABLE, color=KNOWN, linewidth=0.6, linestyle=":")
    names = [unicodeify_spacegroup(space_group_symbol(one)) for one in groups]
    axes.set_xticks(np.arange(len(groups)), names, fontsize=7, rotation=60)
    axes.set_xlim(-0.6, len(groups) - 0.4)
    axes.set_xlabel("space group after relaxation", fontsize=8)
    axes.legend(frameon=False, fontsize=7)
