"""Errors against structures to learn from."""

from pathlib import Path

import pandas as pd
import pytest

from builders.figures import texts
from ccdcgan.report.figures.learning_curve import learning_curve_figure

MAES = {"pretrained": (0.5, 0.4), "scratch": (0.8, 0.6), "median": (0.9, 0.9)}
CURVE = pd.DataFrame(
    [
        {"property": "gap", "unit": "eV", "start": start, "size": size, "structures": structures}
        | {"tested": 200, "folds": 5, "mae": mae, "mae_standard_error": 0.05}
        for start, maes in MAES.items()
        for size, structures, mae in zip(("50", "all"), (50, 160), maes, strict=True)
    ]
)


def test_a_line_a_start_with_errors_and_numbers(tmp_path: Path) -> None:
    figure = learning_curve_figure(CURVE)
    found = texts(figure, tmp_path / "curve.svg")
    assert {"50", "160", "structures learnt from", "mean absolute error (eV)"} <= set(found)
    assert "gap, n = 200 in 5 folds" in found and "from the shipped network" in found
    lines = [container.lines for container in figure.axes[0].containers]
    assert [list(line.get_ydata()) for line, *_ in lines] == [list(maes) for maes in MAES.values()]
    low, high = lines[0][2][0].get_segments()[0][:, 1]
    assert (low, high) == pytest.approx((0.45, 0.55))


def test_a_panel_a_property() -> None:
    both = pd.concat([CURVE, CURVE.assign(property="bulk", unit="GPa")])
    labels = [axes.get_ylabel() for axes in learning_curve_figure(both).axes]
    assert labels == ["mean absolute error (eV)", "mean absolute error (GPa)"]
