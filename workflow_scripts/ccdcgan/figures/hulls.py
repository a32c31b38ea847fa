"""Convex hulls as figures: energy against composition, a triangle, or a distribution."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from pymatgen.analysis.phase_diagram import PhaseDiagram
from pymatgen.util.string import unicodeify

from ccdcgan.figures.names import Name, write_names
from ccdcgan.figures.style import COLOURS, INK, KNOWN, MARKERS
from ccdcgan.hull import ON_HULL, Hulls

AXIS_TOP = (0.15, 0.6)
"""eV/atom; the axis of formation energies ends as far above zero as the hull goes below, within
these. Crystals above it are counted."""
CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, np.sqrt(3) / 2]])
DASHED: dict[str, Any] = {"color": INK, "linestyle": (0, (5, 3)), "linewidth": 1.1}
# Broad and pale, so that the dashes on it can be seen where both hulls coincide.
SOLID: dict[str, Any] = {"color": "#9fb4c7", "linestyle": "-", "linewidth": 3.0}


def hull_figure(hulls: Hulls, variants: Sequence[str], *, energies: str = "") -> Figure:
    """Binary: E_f against composition. Ternary: a triangle. More: a histogram of E above hull.

    The known hull is dashed, the redefined one solid; known phases are grey, generated crystals in
    the colour of their variant, known phases that were found again have a ring, and what lies on
    the redefined hull is named. The legend is headed by what the energies are, where given.
    """
    elements = hulls.system.split("-")
    figure = Figure(figsize=(7.2, 6.8 if len(elements) == 3 else 5.0), layout="constrained")
    axes = figure.subplots()
    if hulls.known is None or hulls.redefined is None:
        axes.axis("off")
        axes.text(0.5, 0.5, f"{hulls.system}\n{hulls.reason}", ha="center", va="center", wrap=True)
    elif len(elements) == 2:
        _binary(axes, hulls, elements, variants)
    elif len(elements) == 3:
        _ternary(axes, hulls, elements, variants)
    else:
        _distribution(axes, hulls, variants)
    for legend in [*figure.legends, axes.get_legend()]:
        if legend and energies:
            legend.set_title(f"energies: {energies}")
            legend.get_title().set_fontsize(8)
    return figure


def _binary(axes: Axes, hulls: Hulls, elements: list[str], variants: Sequence[str]) -> None:
    table, x = hulls.table, f"x_{elements[1]}"
    known = table[table["source"] == "known"]
    generated = table[table["source"] != "known"]
    bottom = min(0.0, float(table["formation_energy"].min()))
    top = float(np.clip(-bottom, *AXIS_TOP))
    axes.scatter(known[x], known["formation_energy"], s=16, color=KNOWN, linewidths=0, zorder=2)
    for number, variant in enumerate(variants):
        mine = generated[generated["source"] == variant]
        # The variants step aside from each other by a hair, so that neither hides the other.
        shift = 0.006 * (number - (len(variants) - 1) / 2)
        axes.scatter(
            mine[x] + shift,
            mine["formation_energy"],
            s=22,
            marker=MARKERS[variant],
            facecolors=COLOURS[variant],
            edgecolors="white",
            linewidths=0.4,
            alpha=0.85,
            zorder=3,
        )
    found = _found_again(table)
    axes.scatter(found[x], found["formation_energy"], **_RING)
    for rows, above, style in (
        (table, "e_above_redefined_hull", SOLID),
        (known, "e_above_known_hull", DASHED),
    ):
        corners = rows[(rows[above] <= ON_HULL)].sort_values(x)
        axes.plot(corners[x], corners["formation_energy"], zorder=1.5, **style)
    axes.set_xlim(-0.04, 1.04)
    axes.set_ylim(bottom - 0.2 * (top - bottom), top)
    axes.set_xlabel(f"atomic fraction of {elements[1]} in {'–'.join(elements)}")
    axes.set_ylabel("formation energy $E_\\mathrm{f}$ (eV/atom)")
    axes.spines[["top", "right"]].set_visible(False)
    off = int((generated["formation_energy"] > top).sum())
    if off:
        axes.annotate(
            f"generated crystals above this axis: {off}",
            (1, 1),
            xycoords="axes fraction",
            ha="right",
            va="top",
            fontsize=8,
            color=INK,
        )
    _legend(axes, variants, len(found))
    write_names(axes, _names(_on_hull(table), x, "formation_energy"))


def _ternary(axes: Axes, hulls: Hulls, elements: list[str], variants: Sequence[str]) -> None:
    table = hulls.table
    places = table[[f"x_{symbol}" for symbol in elements]].to_numpy() @ CORNERS
    table = table.assign(across=places[:, 0], up=places[:, 1])
    outline = np.vstack([CORNERS, CORNERS[:1]])
    axes.plot(*outline.T, color=INK, linewidth=0.8, zorder=1)
    if hulls.known is not None and hulls.redefined is not None:
        for diagram, style in ((hulls.redefined, SOLID), (hulls.known, DASHED)):
            for first, second in _ties(diagram, elements):
                axes.plot(*np.array([first, second]).T, zorder=1.5, **style)
    known = table[table["source"] == "known"]
    axes.scatter(known["across"], known["up"], s=18, color=KNOWN, linewidths=0, zorder=2)
    sides = np.linspace(-1, 1, len(variants)) if len(variants) > 1 else [0.0]
    for side, variant in zip(sides, variants, strict=True):
        mine = table[table["source"] == variant].sort_values("e_above_known_hull")
        best = mine.drop_duplicates(["across", "up"])
        # Only the best of a composition can be seen; full: on or below the known hull.
        full = best["e_above_known_hull"] <= ON_HULL
        axes.scatter(
            best["across"] + 0.009 * side,
            best["up"],
            s=30,
            marker=MARKERS[variant],
            facecolors=[COLOURS[variant] if stable else "white" for stable in full],
            edgecolors=COLOURS[variant],
            linewidths=1.1,
            zorder=3,
        )
    found = _found_again(table)
    axes.scatter(found["across"], found["up"], **_RING)
    for symbol, corner, (right, above) in zip(
        elements, CORNERS, ((-10, -8), (10, -8), (0, 10)), strict=True
    ):
        axes.annotate(
            symbol, corner, (right, above), textcoords="offset points", ha="center", va="center"
        )
    axes.set_aspect("equal")
    axes.set_xlim(-0.08, 1.08)
    axes.set_ylim(-0.08, 0.98)
    axes.axis("off")
    _legend(axes, variants, len(found), hollow=True)
    compounds = _on_hull(table)
    compounds = compounds[~compounds["formula"].isin(elements)]
    write_names(axes, _names(compounds, "across", "up"))


def _distribution(axes: Axes, hulls: Hulls, variants: Sequence[str]) -> None:
    table = hulls.table
    generated = table[table["source"] != "known"]
    top = max(float(generated["e_above_known_hull"].max()), 0.1) if len(generated) else 0.1
    low = min(float(generated["e_above_known_hull"].min()), 0.0) if len(generated) else 0.0
    bins = np.linspace(low, top, 31).tolist()
    for variant in variants:
        values = generated.loc[generated["source"] == variant, "e_above_known_hull"]
        axes.hist(
            values,
            bins,
            histtype="step",
            linewidth=1.6,
            color=COLOURS[variant],
            label=f"{variant} ({len(values)})",
        )
    axes.axvline(0, **DASHED)
    axes.set_xlabel("energy above the known hull (eV/atom)")
    axes.set_ylabel("crystals")
    axes.set_title(hulls.system, fontsize=10)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)


_RING: dict[str, Any] = {
    "s": 95,
    "facecolors": "none",
    "edgecolors": "#c51b7d",
    "linewidths": 1.3,
    "zorder": 4,
}


def _found_again(table: pd.DataFrame) -> pd.DataFrame:
    """The known phases that a generated graph gave, or a generated crystal relaxed into."""
    return table[table["found_by"] != ""]


def _on_hull(table: pd.DataFrame) -> pd.DataFrame:
    """One row a composition on the redefined hull; a new crystal before a known one."""
    rows = table[table["on_redefined_hull"]]
    return rows.loc[rows.apply(_new, axis=1).sort_values(ascending=False).index].drop_duplicates(
        "formula"
    )


def _new(row: Any) -> bool:
    """Is a crystal generated and none of the known phases?"""
    return bool(row["source"] != "known" and not row["matches"])


def _names(rows: pd.DataFrame, x: str, y: str) -> list[Name]:
    return [
        Name(
            (row[x], row[y]),
            unicodeify(row["formula"]),
            COLOURS[row["source"]] if _new(row) else INK,
        )
        for row in rows.sort_values([x, y]).to_dict("records")
    ]


def _ties(diagram: PhaseDiagram, elements: list[str]) -> list[tuple[np.ndarray, np.ndarray]]:
    """The edges of the facets of a ternary hull, as pairs of points in the triangle."""
    edges = {edge for facet in diagram.facets for edge in combinations(sorted(facet), 2)}
    places = [
        np.array([entry.composition.get_atomic_fraction(symbol) for symbol in elements]) @ CORNERS
        for entry in diagram.qhull_entries
    ]
    return [(places[first], places[second]) for first, second in sorted(edges)]


def _legend(axes: Axes, variants: Sequence[str], rings: int, *, hollow: bool = False) -> None:
    dot: dict[str, Any] = {"linestyle": "none", "markersize": 6}
    handles = [
        Line2D([], [], label="known hull", **DASHED),
        Line2D([], [], label="redefined hull", **SOLID),
        Line2D([], [], marker="o", color=KNOWN, label="known phase", **dot),
    ]
    for variant in variants:
        style: dict[str, Any] = {"marker": MARKERS[variant], "color": COLOURS[variant], **dot}
        if hollow:
            handles.append(Line2D([], [], label=f"{variant}, on or below known hull", **style))
            handles.append(
                Line2D([], [], label=f"{variant}, above", markerfacecolor="white", **style)
            )
        else:
            handles.append(Line2D([], [], label=variant, **style))
    if rings:
        ring: dict[str, Any] = {
            "marker": "o",
            "markerfacecolor": "none",
            "markeredgecolor": "#c51b7d",
        }
        handles.append(Line2D([], [], label="known, generated again", **dot, **ring))
    axes.figure.legend(
        handles=handles,
        frameon=False,
        fontsize=8,
        loc="outside upper center",
        ncols=4 if hollow else len(handles),
        columnspacing=1.2,
        handletextpad=0.5,
    )
