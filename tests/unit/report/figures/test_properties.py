"""Predicted properties of variants beside those of the training part."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from builders.figures import texts
from ccdcgan.core.settings.constraint import ConstraintProperty
from ccdcgan.crystals.table import Crystals
from ccdcgan.report.figures.properties import BARS, properties_figure

ENERGY = "formation_energy_per_atom"
CONSTRAINTS = [
    ConstraintProperty(name=ENERGY, weight=0.1, goal="minimise"),
    ConstraintProperty(name="band_gap", weight=0.1, goal="target", target=1.5),
]
UNITS = {ENERGY: "eV/atom", "band_gap": "eV"}


def rows(prefix: str, energies: np.ndarray) -> Crystals:
    ids = [f"c{n}" for n in range(len(energies))]
    columns = {f"{prefix}{ENERGY}": energies, f"{prefix}band_gap": np.abs(energies)}
    return Crystals(pd.DataFrame({"id": ids, **columns}))


def test_a_panel_a_property_says_where_the_constraint_goes(tmp_path: Path) -> None:
    training = rows("", np.linspace(-2, 0, 500))
    predicted = {
        "dcgan": rows("predicted_", np.linspace(-1.5, 0.5, 50)),
        "ccdcgan": rows("predicted_", np.array([-1.8, -1.7, np.nan, -40.0])),
    }
    figure = properties_figure(training, predicted, CONSTRAINTS, UNITS)
    found = texts(figure, tmp_path / "properties.svg")
    for expected in (
        "goal: minimise",
        "goal: 1.5",
        "formation energy per atom (eV/atom)",
        "band gap (eV)",
        "training part (500)",
        "ccdcgan (3)",
    ):
        assert expected in found
    for axes in figure.axes:
        for curve in axes.patches:
            values, edges, _ = curve.get_data()
            assert len(values) == BARS
            assert np.sum(values * np.diff(edges)) == pytest.approx(1)
    constrained = figure.axes[0].patches[2].get_data()
    assert constrained.values[0] > 0  # the tail beyond the training part is in the last bar
    means = [line.get_xdata()[0] for line in figure.axes[0].lines]
    assert means == pytest.approx([-1.0, -0.5, np.mean([-1.8, -1.7, -40.0])])


@pytest.mark.parametrize(
    ("energies", "mean"), [(np.array([-1.5, -0.5, -0.5]), -2.5 / 3), (np.array([-0.7]), -0.7)]
)
def test_without_a_training_part_the_variants_stand_alone(
    energies: np.ndarray, mean: float, tmp_path: Path
) -> None:
    """Of networks that were taken, or of data that do not have the property."""
    predicted = {"ccdcgan": rows("predicted_", energies)}
    for training in (rows("", np.array([])), rows("", np.array([np.nan]))):
        figure = properties_figure(training, predicted, CONSTRAINTS[:1], UNITS)
        found = texts(figure, tmp_path / "properties.svg")
        assert "no training part (0)" in found and f"ccdcgan ({len(energies)})" in found
        empty, drawn = (curve.get_data() for curve in figure.axes[0].patches)
        assert not empty.values.any()
        assert np.sum(drawn.values * np.diff(drawn.edges)) == pytest.approx(1)
        assert [line.get_xdata()[0] for line in figure.axes[0].lines] == pytest.approx([mean])


def test_without_any_prediction_the_panel_is_empty(tmp_path: Path) -> None:
    predicted = {"ccdcgan": rows("predicted_", np.array([]))}
    figure = properties_figure(rows("", np.array([])), predicted, CONSTRAINTS, UNITS)
    assert "ccdcgan (0)" in texts(figure, tmp_path / "properties.svg")
    assert not any(curve.get_data().values.any() for axes in figure.axes for curve in axes.patches)
