"""What tells the variants, arms and baselines of an ablation apart."""

import json
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ccdcgan.report.figures.style import INK, colours

PANELS = {
    "sun": "S.U.N. of all graphs (%)",
    "msun": "M.S.U.N. of all graphs (%)",
    "above_hull": "above the hull (eV/atom)",
    "delta_formation_energy": "released (eV/atom)",
    "smact_valid": "SMACT-valid (%)",
    "new_types": "new types of M.S.U.N. (%)",
    "match_rate": "match rate, one sample (%)",
}
SHARES = ("sun", "msun", "smact_valid", "new_types", "match_rate")
FAR_FROM_ZERO = ("smact_valid", "match_rate")  # and differ by little


def plot_ablation(paths: Mapping[str, str | PathLike[str]]) -> Figure:
    """Draw a point with its error for each measure of `PANELS` and each variant, arm or baseline.

    paths: their JSON files, as `measure_set` makes them. What is undefined is left out, and so is a
    measure that all lack.
    """
    found = {
        name: json.loads(Path(path).read_text(encoding="utf-8"))["measures"]
        for name, path in paths.items()
    }
    drawn = {
        measure: label
        for measure, label in PANELS.items()
        if any(measures[measure]["value"] is not None for measures in found.values())
    }
    size = (0.7 + 1.8 * len(drawn), 1.2 + 0.32 * len(found))
    figure = Figure(figsize=size, layout="constrained")
    panels = figure.subplots(1, len(drawn), sharey=True, squeeze=False)[0]
    labels = [f"{name} ({measures['drawn']['value'] or 0})" for name, measures in found.items()]
    for axes, (measure, label) in zip(panels, drawn.items(), strict=True):
        _draw(axes, {name: measures[measure] for name, measures in found.items()}, measure)
        axes.set_xlabel(label, fontsize=8)
        axes.tick_params(labelsize=8)
        axes.spines[["top", "right"]].set_visible(False)
    panels[0].set_yticks(range(len(labels)), labels)
    panels[0].set_ylim(len(labels) - 0.5, -0.5)
    return figure


def _draw(axes: Axes, measures: Mapping[str, Mapping[str, Any]], measure: str) -> None:
    chosen = colours(measures)
    unit = 100 if measure in SHARES else 1
    for row, (name, entry) in enumerate(measures.items()):
        value = entry["value"]
        if value is None:
            continue
        low, high = _interval(entry)
        axes.plot([unit * low, unit * high], [row, row], color=INK, linewidth=1)
        axes.plot(unit * value, row, "o", color=chosen[name], markersize=6)
    axes.margins(x=0.08)
    if measure not in FAR_FROM_ZERO:
        axes.set_xlim(left=min(0.0, axes.get_xlim()[0]))


def _interval(entry: Mapping[str, Any]) -> tuple[float, float]:
    if "interval_95" in entry:
        low, high = entry["interval_95"]
        return low, high
    error = entry.get("standard_error") or 0.0
    return entry["value"] - error, entry["value"] + error
