"""Figures of convex hulls: panels and pictures side by side, with one legend."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, FigureBase
from matplotlib.lines import Line2D

from ccdcgan.crystals.symmetry import space_group_symbol
from ccdcgan.report.figures.crystals import Picture, draw_picture, element_legend
from ccdcgan.report.figures.hull_panels import (
    DASHED,
    RING,
    SOLID,
    draw_binary,
    draw_distribution,
    draw_ternary,
    energy_limits,
    found_again,
)
from ccdcgan.report.figures.names import write_names
from ccdcgan.report.figures.style import INK, KNOWN, colours, markers
from ccdcgan.stability.hull import Hulls, generated_rows
from ccdcgan.stability.known_phases import KNOWN as KNOWN_PHASE
from ccdcgan.stability.known_phases import PROTOTYPE

PICTURES = 3
WIDTH, PICTURE_WIDTH = 7.2, 2.2
"""Inches; of a panel, and of the column of pictures."""
IN_A_ROW = 4
"""Entries of a legend that fit into the width of a panel."""


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
            draw_ternary(panels[0], hulls, elements, (), redefined=False),
            draw_ternary(panels[1], hulls, elements, variants, redefined=True),
        ]
        panels[0].set_title("known", fontsize=10)
        panels[1].set_title("redefined by the generated crystals", fontsize=10)
    elif len(elements) == 2:
        names = [draw_binary(panels[0], hulls, elements, variants, energy_limits(hulls.table))]
    else:
        names = []
        draw_distribution(panels[0], hulls, variants)
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
    limits = energy_limits(last.table)
    names = []
    for axes, (graphs, hulls) in zip(panels, stages.items(), strict=True):
        if len(elements) == 2:
            names.append(draw_binary(axes, hulls, elements, variants, limits))
        else:
            names.append(draw_ternary(axes, hulls, elements, variants, redefined=True))
        relaxed = len(generated_rows(hulls.table))
        axes.set_title(f"first {graphs} graphs of each, {relaxed} crystals relaxed", fontsize=10)
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
            space_group=space_group_symbol(row["space_group"]),
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
    chosen, shapes = colours(variants), markers(variants)
    for variant in variants:
        style: dict[str, Any] = {"marker": shapes[variant], "color": chosen[variant], **dot}
        if hollow:
            handles.append(Line2D([], [], label=f"{variant}, on or below known hull", **style))
            handles.append(
                Line2D([], [], label=f"{variant}, above", markerfacecolor="white", **style)
            )
        else:
            label = f"{variant} ({counts.get(variant, 0)})"
            handles.append(Line2D([], [], label=label, **style))
    if len(found_again(table)):
        ring: dict[str, Any] = {
            "marker": "o",
            "markerfacecolor": "none",
            "markeredgecolor": RING["edgecolors"],
        }
        handles.append(Line2D([], [], label="known, generated again", **dot, **ring))
    figure.legend(
        handles=handles,
        frameon=False,
        fontsize=8,
        loc="outside upper center",
        ncols=IN_A_ROW if hollow else min(len(handles), IN_A_ROW),
        columnspacing=1.2,
        handletextpad=0.5,
    )
