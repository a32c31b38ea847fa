"""Convex hulls as figures: energy against composition, a triangle, or a distribution."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, FigureBase
from matplotlib.lines import Line2D
from pymatgen.analysis.phase_diagram import PhaseDiagram
from pymatgen.symmetry.groups import sg_symbol_from_int_number
from pymatgen.util.string import unicodeify

from ccdcgan.report.figures.crystals import Picture, draw_picture, element_legend
from ccdcgan.report.figures.names import Name, write_names
from ccdcgan.report.figures.style import COLOURS, INK, KNOWN, MARKERS
from ccdcgan.stability.hull import COMPETING, ON_HULL, Hulls, generated_rows
from ccdcgan.stability.known_phases import KNOWN as KNOWN_PHASE
from ccdcgan.stability.known_phases import PROTOTYPE

AXIS_TOP = (0.15, 0.6)
"""eV/atom; the axis of formation energies ends as far above zero as the hull goes below, within
these. Crystals above it are counted."""
PICTURES = 3
WIDTH, PICTURE_WIDTH = 7.2, 2.2
"""Inches; of a panel, and of the column of pictures."""
IN_A_ROW = 6
"""Entries of a legend that fit into the width of a panel."""
CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, np.sqrt(3) / 2]])
DASHED: dict[str, Any] = {"color": INK, "linestyle": (0, (5, 3)), "linewidth": 1.1}
# Broad and pale, so that the dashes on it can be seen where both hulls coincide.
_HOLLOW: dict[str, Any] = {
    "facecolors": "white",
    "edgecolors": KNOWN,
    "linewidths": 0.7,
    "zorder": 1.8,
}
SOLID: dict[str, Any] = {"color": "#9fb4c7", "linestyle": "-", "linewidth": 3.0}


def hull_figure(hulls: Hulls, variants: Sequence[str]) -> Figure:
    """Draw E_f against composition, two triangles of a ternary system, else a histogram.

    The known hull is dashed, the redefined one solid (of a ternary system: left and right); known
    phases are grey, generated crystals in the colour of their variant, known phases that were found
    again have a ring, and what lies on the hull is named. The best of the relaxed crystals stand
    beside the hull (`pictured`).
    """
    elements = hulls.system.split("-")
    variants = () if hulls.note else variants
    if hulls.known is None or hulls.redefined is None:
        _, (axes,), _ = _panels(1, WIDTH, 5.0)
        axes.axis("off")
        axes.text(0.5, 0.5, f"{hulls.system}\n{hulls.reason}", ha="center", va="center", wrap=True)
        return _whole(axes)
    heading, pictures = pictured(hulls)
    ternary = len(elements) == 3
    part, panels, places = _panels(
        2 if ternary else 1, 5.2 if ternary else WIDTH, 5.6 if ternary else 5.0, len(pictures)
    )
    for axes, picture in zip(places, pictures, strict=True):
        draw_picture(axes, picture)
    if pictures:
        beside = places[0].figure
        beside.suptitle(heading, fontsize=9)
        element_legend(beside, [picture.structure for picture in pictures])
    if ternary:
        names = [
            _ternary(panels[0], hulls, elements, (), redefined=False),
            _ternary(panels[1], hulls, elements, variants, redefined=True),
        ]
        panels[0].set_title("known", fontsize=10)
        panels[1].set_title("redefined by the generated crystals", fontsize=10)
    elif len(elements) == 2:
        names = [_binary(panels[0], hulls, elements, variants, _energies(hulls.table))]
    else:
        names = []
        _distribution(panels[0], hulls, variants)
    if names:
        _legend(part, variants, hulls.table, hollow=ternary)
    if hulls.energies and part.legends:
        part.legends[0].set_title(f"energies by {hulls.energies}")
        part.legends[0].get_title().set_fontsize(8)
    elif hulls.energies:
        part.suptitle(f"energies by {hulls.energies}", fontsize=8, color=INK)
    if hulls.note:
        part.supxlabel(hulls.note, fontsize=8, color=INK)
    for axes, words in zip(panels, names, strict=False):
        write_names(axes, words)
    return _whole(panels[0])


def growth_figure(stages: Mapping[int, Hulls], variants: Sequence[str]) -> Figure:
    """Draw the redefined hull of one system for growing numbers of graphs (figure 6).

    stages: by number of graphs of a variant, the hulls with their crystals; the last has the most.
    Axes and colours are those of `hull_figure`.
    """
    last = list(stages.values())[-1]
    elements = last.system.split("-")
    if last.known is None or len(elements) > 3:
        _, (axes,), _ = _panels(1, WIDTH, 5.0)
        axes.axis("off")
        reason = last.reason or "drawn for systems of two and three elements"
        axes.text(0.5, 0.5, f"{last.system}\n{reason}", ha="center", va="center", wrap=True)
        return _whole(axes)
    part, panels, _ = _panels(len(stages), 5.2, 5.0)
    limits = _energies(last.table)
    names = []
    for axes, (graphs, hulls) in zip(panels, stages.items(), strict=True):
        if len(elements) == 2:
            names.append(_binary(axes, hulls, elements, variants, limits))
        else:
            names.append(_ternary(axes, hulls, elements, variants, redefined=True))
        relaxed = len(generated_rows(hulls.table))
        axes.set_title(f"{graphs} graphs of each variant, {relaxed} crystals relaxed", fontsize=10)
    ternary = len(elements) == 3
    _legend(part, variants, last.table, hollow=ternary, known=not ternary)
    for axes, words in zip(panels, names, strict=True):
        write_names(axes, words)
    return _whole(panels[0])


def pictured(hulls: Hulls) -> tuple[str, list[Picture]]:
    """Choose the best new compounds of a system, a formula once, and say what to call them.

    The stable ones; where there are none, those nearest to the known hull.
    """
    table = hulls.table
    new = generated_rows(table)
    new = new[new["matches"] == ""]
    # By the fractions: the reduced formula of oxygen is O2.
    new = new[(new.filter(regex="^x_") < 1).all(axis=1)]
    best = new.sort_values("e_above_known_hull").drop_duplicates("formula")
    heading = "stable" if best["stable"].any() else "none stable; nearest:"
    chosen = best[best["stable"]] if best["stable"].any() else best
    return heading, [
        Picture(
            structure=hulls.crystals.structure(row["id"]),
            formula=row["formula"],
            space_group=sg_symbol_from_int_number(max(row["space_group"], 1)),
            e_above_known_hull=row["e_above_known_hull"],
            variant=row["source"],
        )
        for row in chosen.head(PICTURES).to_dict("records")
    ]


def _panels(
    count: int, width: float, height: float, pictures: int = 0
) -> tuple[FigureBase, list[Axes], list[Axes]]:
    """Make panels of `width` (inches) side by side; return their part of the figure as well."""
    if not pictures:
        figure = Figure(figsize=(width * count, height), layout="constrained")
        return figure, list(figure.subplots(1, count, squeeze=False)[0]), []
    sizes = [width * count, PICTURE_WIDTH]
    figure = Figure(figsize=(sum(sizes), height), layout="constrained")
    left, right = figure.subfigures(1, 2, squeeze=False, width_ratios=sizes)[0]
    places = right.subplots(pictures, 1, squeeze=False)[:, 0]
    for axes in places:
        axes.axis("off")
    return left, list(left.subplots(1, count, squeeze=False)[0]), list(places)


def _whole(axes: Axes) -> Figure:
    figure = axes.get_figure(root=True)
    assert figure is not None
    return figure


def _energies(table: pd.DataFrame) -> tuple[float, float]:
    """Return the limits of the axis of formation energies in eV/atom."""
    bottom = min(0.0, float(table["formation_energy"].min()))
    top = float(np.clip(-bottom, *AXIS_TOP))
    return bottom - 0.2 * (top - bottom), top


def _binary(
    axes: Axes,
    hulls: Hulls,
    elements: list[str],
    variants: Sequence[str],
    limits: tuple[float, float],
) -> list[Name]:
    """Draw a hull against composition; what to name. limits: of the energies, eV/atom."""
    table, x = hulls.table, f"x_{elements[1]}"
    known = _spanning(table)
    generated = generated_rows(table)
    prototypes = table[table["source"] == PROTOTYPE]
    axes.scatter(prototypes[x], prototypes["formation_energy"], s=14, **_HOLLOW)
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
    axes.set_ylim(*limits)
    axes.set_xlabel(f"atomic fraction of {elements[1]} in {'–'.join(elements)}")
    axes.set_ylabel("formation energy $E_\\mathrm{f}$ (eV/atom)")
    axes.spines[["top", "right"]].set_visible(False)
    off = int((generated["formation_energy"] > limits[1]).sum())
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
    return _names(_on_hull(table), x, "formation_energy")


def _ternary(
    axes: Axes, hulls: Hulls, elements: list[str], variants: Sequence[str], *, redefined: bool
) -> list[Name]:
    """Draw the triangle of one of both hulls with the crystals of the variants; what to name."""
    table = hulls.table
    places = table[[f"x_{symbol}" for symbol in elements]].to_numpy() @ CORNERS
    table = table.assign(across=places[:, 0], up=places[:, 1])
    outline = np.vstack([CORNERS, CORNERS[:1]])
    axes.plot(*outline.T, color=INK, linewidth=0.8, zorder=1)
    diagram, style = (hulls.redefined, SOLID) if redefined else (hulls.known, DASHED)
    if diagram is not None:
        for first, second in _ties(diagram, elements):
            axes.plot(*np.array([first, second]).T, zorder=1.5, **style)
    known, prototypes = _spanning(table), table[table["source"] == PROTOTYPE]
    axes.scatter(prototypes["across"], prototypes["up"], s=16, **_HOLLOW)
    axes.scatter(known["across"], known["up"], s=18, color=KNOWN, linewidths=0, zorder=2)
    for number, variant in enumerate(variants):
        side = number - (len(variants) - 1) / 2
        mine = table[table["source"] == variant].sort_values("e_above_known_hull")
        best = mine.drop_duplicates(["across", "up"])
        # Only the best of a composition can be seen; full: on or below the known hull.
        full = best["e_above_known_hull"] <= ON_HULL
        axes.scatter(
            best["across"] + 0.018 * side,
            best["up"],
            s=30,
            marker=MARKERS[variant],
            facecolors=[COLOURS[variant] if stable else "white" for stable in full],
            edgecolors=COLOURS[variant],
            linewidths=1.1,
            zorder=3,
        )
    if redefined:
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
    compounds = _on_hull(table) if redefined else known[known["e_above_known_hull"] <= ON_HULL]
    compounds = compounds[~compounds["formula"].isin(elements)].drop_duplicates("formula")
    return _names(compounds, "across", "up")


def _distribution(axes: Axes, hulls: Hulls, variants: Sequence[str]) -> None:
    table = hulls.table
    generated = generated_rows(table)
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
    """Select the known phases that a graph gave, or a generated crystal relaxed into."""
    return table[(table["found_by"] != "") & (table["source"] == KNOWN_PHASE)]


def _spanning(table: pd.DataFrame) -> pd.DataFrame:
    """Select what spans the known hull: the known phases, or prototypes where none is known."""
    known = table[table["source"] == KNOWN_PHASE]
    return known if len(known) else table[table["source"] == PROTOTYPE]


def _on_hull(table: pd.DataFrame) -> pd.DataFrame:
    """Select a row a composition on the redefined hull; a new crystal before a known one."""
    rows = table[table["on_redefined_hull"]]
    return rows.loc[rows.apply(_new, axis=1).sort_values(ascending=False).index].drop_duplicates(
        "formula"
    )


def _new(row: Any) -> bool:
    """Say whether a crystal is generated and none of the known phases."""
    return bool(row["source"] not in COMPETING and not row["matches"])


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
    """Return the edges of the facets of a ternary hull, as pairs of points in the triangle."""
    edges = {edge for facet in diagram.facets for edge in combinations(sorted(facet), 2)}
    places = [
        np.array([entry.composition.get_atomic_fraction(symbol) for symbol in elements]) @ CORNERS
        for entry in diagram.qhull_entries
    ]
    return [(places[first], places[second]) for first, second in sorted(edges)]


def _legend(
    figure: FigureBase,
    variants: Sequence[str],
    table: pd.DataFrame,
    *,
    hollow: bool,
    known: bool = True,
) -> None:
    dot: dict[str, Any] = {"linestyle": "none", "markersize": 6}
    handles = [
        *([Line2D([], [], label="known hull", **DASHED)] if known else []),
        Line2D([], [], label="redefined hull", **SOLID),
    ]
    counts = table["source"].value_counts()
    if KNOWN_PHASE in counts:
        label = f"known phase ({counts[KNOWN_PHASE]})"
        handles.append(Line2D([], [], marker="o", color=KNOWN, label=label, **dot))
    if PROTOTYPE in counts:
        empty: dict[str, Any] = {"markerfacecolor": "white", "markeredgecolor": KNOWN}
        label = f"prototype ({counts[PROTOTYPE]})"
        handles.append(Line2D([], [], marker="o", label=label, **dot, **empty))
    for variant in variants:
        style: dict[str, Any] = {"marker": MARKERS[variant], "color": COLOURS[variant], **dot}
        if hollow:
            handles.append(Line2D([], [], label=f"{variant}, on or below known hull", **style))
            handles.append(
                Line2D([], [], label=f"{variant}, above", markerfacecolor="white", **style)
            )
        else:
            label = f"{variant} ({counts.get(variant, 0)})"
            handles.append(Line2D([], [], label=label, **style))
    if len(_found_again(table)):
        ring: dict[str, Any] = {
            "marker": "o",
            "markerfacecolor": "none",
            "markeredgecolor": "#c51b7d",
        }
        handles.append(Line2D([], [], label="known, generated again", **dot, **ring))
    figure.legend(
        handles=handles,
        frameon=False,
        fontsize=8,
        loc="outside upper center",
        ncols=4 if hollow or len(handles) > IN_A_ROW else len(handles),
        columnspacing=1.2,
        handletextpad=0.5,
    )
