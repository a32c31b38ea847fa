"""Which elements the training structures and the generated crystals hold (figure 4)."""

import logging
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ccdcgan.evaluation.elements import TRAINING, densities, rank_correlations
from ccdcgan.report.figures.names import Name, write_names
from ccdcgan.report.figures.periodic_table import draw_periodic_table, plain_ticks
from ccdcgan.report.figures.style import INK, colours, markers

logger = logging.getLogger(__name__)
COLUMNS = 2
NAMED = 12
"""Elements with a name in the comparison: those furthest from equal shares."""


def elements_figure(formulas: Mapping[str, Sequence[str]]) -> Figure:
    """Draw periodic tables in the same colours, and compare generated with training shares.

    formulas: of the crystals of `training` and of each variant, one a crystal. Without training
        structures there is nothing to compare with. Raises `InputError` if all sets are empty.
    """
    table = densities(formulas)
    compared = bool(formulas[TRAINING])
    left_out = ["element"] if compared else ["element", TRAINING]
    sets = list(table.columns.drop(left_out))
    shown = table[sets].to_numpy()
    limits = float(shown[shown > 0].min()), float(shown.max())
    rows = -(-(len(sets) + compared) // COLUMNS)
    figure = Figure(figsize=(5.4 * COLUMNS, 3.3 * rows), layout="constrained")
    panels = figure.subplots(rows, COLUMNS, squeeze=False).ravel()
    for axes in panels[len(sets) + compared :]:
        axes.remove()
    for axes, name in zip(panels, sets, strict=False):
        draw_periodic_table(
            axes,
            dict(zip(table["element"], table[name], strict=True)),
            label="crystals with the element (%)",
            limits=limits,
        )
        title = "training structures" if name == TRAINING else f"valid crystals of {name}"
        axes.set_title(f"{title}: {len(formulas[name])}", fontsize=10)
    if compared:
        _comparison(panels[len(sets)], table, limits)
    return figure


def _comparison(axes: Axes, table: pd.DataFrame, limits: tuple[float, float]) -> None:
    """Draw the shares of the generated crystals against those of the training set."""
    margin = max(1.02, (limits[1] / limits[0]) ** 0.1)
    ends = limits[0] / margin, limits[1] * margin
    axes.plot(ends, ends, color=INK, linewidth=0.8, linestyle=":", label="equal shares")
    points = []
    sets = table.columns.drop(["element", TRAINING])
    chosen, shapes = colours(sets), markers(sets)
    for name, correlation in rank_correlations(table).items():
        logger.info("%s: rank correlation with the training set %.3f", name, correlation)
        rank = "undefined" if np.isnan(correlation) else f"{correlation:.2f}"
        both = table[(table[TRAINING] > 0) & (table[name] > 0)]
        axes.scatter(
            both[TRAINING],
            both[name],
            s=22,
            marker=shapes[name],
            color=chosen[name],
            alpha=0.8,
            linewidths=0,
            label=f"{name} (rank correlation {rank})",
        )
        points += [
            (abs(np.log(y / x)), Name((x, y), symbol, chosen[name]))
            for symbol, x, y in zip(both["element"], both[TRAINING], both[name], strict=True)
        ]
    axes.set(xscale="log", yscale="log", xlim=ends, ylim=ends)
    axes.set_xlabel("training structures with the element (%)")
    axes.set_ylabel("generated crystals\nwith the element (%)")
    for axis in (axes.xaxis, axes.yaxis):
        plain_ticks(axis, *ends)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize=8, loc="lower left", bbox_to_anchor=(0, 1))
    names: dict[str, Name] = {}
    for _, point in sorted(points, key=lambda pair: -pair[0]):
        names.setdefault(point.text, point)
    write_names(axes, list(names.values())[:NAMED])
