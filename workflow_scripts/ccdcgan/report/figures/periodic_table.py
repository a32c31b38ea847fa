"""A periodic table coloured by a number for each element."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LogNorm, Normalize
from matplotlib.patches import Rectangle
from matplotlib.ticker import LogLocator, NullFormatter
from pymatgen.core import Element

LARGEST = 103
EMPTY = "#f2f2f2"


def draw_periodic_table(
    axes: Axes,
    values: Mapping[str, float],
    *,
    label: str,
    log: bool = True,
    limits: tuple[float, float] | None = None,
) -> None:
    """Draw the elements H to Lr; those in `values` above zero in colour, with their number.

    label: quantity and unit at the colour bar.
    log: logarithmic colours, as figure 4 of the paper has them.
    limits: smallest and largest number of the colours, to give several tables the same ones;
        None: those of `values`.
    """
    shown = {symbol: value for symbol, value in values.items() if value > 0}
    norm = _norm(shown, log, limits)
    scale = ScalarMappable(norm, "viridis")
    for number in range(1, LARGEST + 1):
        element = Element.from_Z(number)
        column, row = _place(element)
        value = shown.get(element.symbol)
        face: Any = EMPTY if value is None else scale.cmap(float(norm(np.asarray(value))))
        ink = "#b0b0b0" if value is None else _readable(face)
        axes.add_patch(Rectangle((column, row), 0.94, 0.94, facecolor=face, linewidth=0))
        axes.text(
            column + 0.47,
            row + (0.47 if value is None else 0.36),
            element.symbol,
            ha="center",
            va="center",
            color=ink,
            fontsize=7,
        )
        if value is not None:
            axes.text(
                column + 0.47,
                row + 0.73,
                f"{value:.0f}" if value >= 100 else f"{value:.2g}",
                ha="center",
                va="center",
                color=ink,
                fontsize=5,
            )
    axes.set_xlim(0.9, 19.1)
    axes.set_ylim(10.3, 0.9)
    axes.set_aspect("equal")
    axes.axis("off")
    if shown and axes.figure is not None:
        bar = axes.inset_axes((0.2, 0.87, 0.38, 0.03))
        axes.figure.colorbar(scale, cax=bar, orientation="horizontal")
        if log:
            plain_ticks(bar.xaxis, norm.vmin or 1.0, norm.vmax or 1.0)
        bar.tick_params(labelsize=6)
        bar.set_title(label, fontsize=7, pad=3)


def plain_ticks(axis: Axis, low: float, high: float) -> None:
    """Write plain numbers at a logarithmic axis from `low` to `high`."""
    axis.set_major_locator(LogLocator(subs=(1.0,) if high / low > 100 else (1.0, 2.0, 5.0)))
    axis.set_major_formatter("{x:g}")
    axis.set_minor_formatter(NullFormatter())


def _norm(shown: Mapping[str, float], log: bool, limits: tuple[float, float] | None) -> Normalize:
    low, high = limits or (min(shown.values(), default=1.0), max(shown.values(), default=1.0))
    if not low < high:  # one number alone still needs a range around it
        low, high = low / 2, high * 2
    return LogNorm(low, high) if log else Normalize(low, high)


def _place(element: Element) -> tuple[float, float]:
    """Return column and row; the lanthanides and actinides stand below the rest, in two rows."""
    if 57 <= element.Z <= 71:
        return element.Z - 54, 8.3
    if 89 <= element.Z <= 103:
        return element.Z - 86, 9.3
    return element.group, element.row


def _readable(colour: tuple[float, float, float, float]) -> str:
    red, green, blue, _ = colour
    return "black" if 0.3 * red + 0.59 * green + 0.11 * blue > 0.5 else "white"
