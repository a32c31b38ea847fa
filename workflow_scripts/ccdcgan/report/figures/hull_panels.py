"""One hull in one panel: against composition, in a triangle, or as a distribution."""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from pymatgen.analysis.phase_diagram import PhaseDiagram
from pymatgen.util.string import unicodeify

from ccdcgan.report.figures.names import Name
from ccdcgan.report.figures.style import INK, KNOWN, colours, markers
from ccdcgan.stability.hull import COMPETING, ON_HULL, Hulls, generated_rows
from ccdcgan.stability.known_phases import KNOWN as KNOWN_PHASE
from ccdcgan.stability.known_phases import PROTOTYPE

AXIS_TOP = (0.15, 0.6)
"""eV/atom; the axis of formation energies ends as far above zero as the hull goes below, within
these. Crystals above it are counted."""
CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, np.sqrt(3) / 2]])
DASHED: dict[str, Any] = {"color": INK, "linestyle": (0, (5, 3)), "linewidth": 1.1}
# Broad and pale, so that the dashes on it can be seen where both hulls coincide.
SOLID: dict[str, Any] = {"color": "#9fb4c7", "linestyle": "-", "linewidth": 3.0}
HOLLOW: dict[str, Any] = {
    "facecolors": "white",
    "edgecolors": KNOWN,
    "linewidths": 0.7,
    "zorder": 1.8,
}
RING: dict[str, Any] = {
    "s": 95,
    "facecolors": "none",
    "edgecolors": "#c51b7d",
    "linewidths": 1.3,
    "zorder": 4,
}


def energy_limits(table: pd.DataFrame) -> tuple[float, float]:
    """Return the limits of the axis of formation energies in eV/atom."""
    bottom = min(0.0, float(table["formation_energy"].min()))
    top = float(np.clip(-bottom, *AXIS_TOP))
    return bottom - 0.2 * (top - bottom), top


def draw_binary(
    axes: Axes,
    hulls: Hulls,
    elements: list[str],
    variants: Sequence[str],
    limits: tuple[float, float],
) -> list[Name]:
    """Draw a hull against composition; what to name. limits: of the energies, eV/atom."""
    table, x = hulls.table, f"x_{elements[1]}"
    chosen, shapes = colours(variants), markers(variants)
    known = _spanning(table)
    generated = generated_rows(table)
    prototypes = table[table["source"] == PROTOTYPE]
    axes.scatter(prototypes[x], prototypes["formation_energy"], s=14, **HOLLOW)
    axes.scatter(known[x], known["formation_energy"], s=16, color=KNOWN, linewidths=0, zorder=2)
    for number, variant in enumerate(variants):
        mine = generated[generated["source"] == variant]
        # The variants step aside from each other by a hair, so that neither hides the other.
        shift = 0.006 * (number - (len(variants) - 1) / 2)
        axes.scatter(
            mine[x] + shift,
            mine["formation_energy"],
            s=22,
            marker=shapes[variant],
            facecolors=chosen[variant],
            edgecolors="white",
            linewidths=0.4,
            alpha=0.85,
            zorder=3,
        )
    found = found_again(table)
    axes.scatter(found[x], found["formation_energy"], **RING)
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
    return _names(_on_hull(table), x, "formation_energy", chosen)


def draw_ternary(
    axes: Axes, hulls: Hulls, elements: list[str], variants: Sequence[str], *, redefined: bool
) -> list[Name]:
    """Draw the triangle of one of both hulls with the crystals of the variants; what to name."""
    table, chosen, shapes = hulls.table, colours(variants), markers(variants)
    places = table[[f"x_{symbol}" for symbol in elements]].to_numpy() @ CORNERS
    table = table.assign(across=places[:, 0], up=places[:, 1])
    outline = np.vstack([CORNERS, CORNERS[:1]])
    axes.plot(*outline.T, color=INK, linewidth=0.8, zorder=1)
    diagram, style = (hulls.redefined, SOLID) if redefined else (hulls.known, DASHED)
    if diagram is not None:
        for first, second in _ties(diagram, elements):
            axes.plot(*np.array([first, second]).T, zorder=1.5, **style)
    known, prototypes = _spanning(table), table[table["source"] == PROTOTYPE]
    axes.scatter(prototypes["across"], prototypes["up"], s=16, **HOLLOW)
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
            marker=shapes[variant],
            facecolors=[chosen[variant] if stable else "white" for stable in full],
            edgecolors=chosen[variant],
            linewidths=1.1,
            zorder=3,
        )
    if redefined:
        found = found_again(table)
        axes.scatter(found["across"], found["up"], **RING)
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
    return _names(compounds, "across", "up", chosen)


def draw_distribution(axes: Axes, hulls: Hulls, variants: Sequence[str]) -> None:
    """Draw a histogram a variant of energies above the known hull (eV/atom)."""
    table, chosen = hulls.table, colours(variants)
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
            color=chosen[variant],
            label=f"{variant} ({len(values)})",
        )
    axes.axvline(0, **DASHED)
    axes.set_xlabel("energy above the known hull (eV/atom)")
    axes.set_ylabel("crystals")
    axes.set_title(hulls.system, fontsize=10)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)


def found_again(table: pd.DataFrame) -> pd.DataFrame:
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


def _names(rows: pd.DataFrame, x: str, y: str, chosen: Mapping[str, str]) -> list[Name]:
    return [
        Name(
            (row[x], row[y]),
            unicodeify(row["formula"]),
            chosen.get(row["source"], INK) if _new(row) else INK,
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
