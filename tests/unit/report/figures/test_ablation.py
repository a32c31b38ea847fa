"""The figure of an ablation."""

import json
from pathlib import Path

import numpy as np

from ccdcgan.report.figures.ablation import PANELS, plot_ablation


def measures(
    tmp_path: Path, name: str, sun: float | None, above: float | None, rate: float | None = 0.77
) -> Path:
    found = {
        "drawn": {"value": 30},
        "sun": {"value": sun, "interval_95": [0.01, 0.05]},
        "msun": {"value": 0.4, "interval_95": [0.3, 0.5]},
        "above_hull": {"value": above, "standard_error": 0.01},
        "delta_formation_energy": {"value": 0.05, "standard_error": 0.02},
        "smact_valid": {"value": 0.9, "n": 30, "standard_error": 0.05},
        "new_types": {"value": 0.1, "n": 9, "standard_error": 0.1},
        "match_rate": {"value": rate, "n": 400, "interval_95": [0.73, 0.81]},
    }
    path = tmp_path / f"{name}.json"
    path.write_text(json.dumps({"measures": found}))
    return path


def test_each_has_a_point_and_its_error_in_every_panel(tmp_path: Path) -> None:
    paths = {
        "dcgan": measures(tmp_path, "dcgan", 0.02, 0.12),
        "unrefined": measures(tmp_path, "unrefined", None, 0.30),
    }
    figure = plot_ablation(paths)
    assert [axes.get_xlabel() for axes in figure.axes] == list(PANELS.values())
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == [
        "dcgan (30)",
        "unrefined (30)",
    ]
    shares, above = figure.axes[0], figure.axes[2]
    error, point = shares.lines  # the undefined one is left out
    np.testing.assert_allclose(np.asarray(error.get_xdata()), [1, 5])
    np.testing.assert_allclose(np.asarray(point.get_xdata()), [2])
    points = [line for line in above.lines if line.get_marker() == "o"]
    assert [float(np.asarray(line.get_xdata())[0]) for line in points] == [0.12, 0.30]
    assert points[0].get_color() != points[1].get_color()
    np.testing.assert_allclose(np.asarray(above.lines[0].get_xdata()), [0.11, 0.13])


def test_what_none_of_them_has_been_measured_for_has_no_panel(tmp_path: Path) -> None:
    figure = plot_ablation({"dcgan": measures(tmp_path, "dcgan", None, None, rate=None)})
    left = {"msun", "delta_formation_energy", "smact_valid", "new_types"}
    assert [axes.get_xlabel() for axes in figure.axes] == [
        label for measure, label in PANELS.items() if measure in left
    ]
