"""Predicted against true values."""

from pathlib import Path

import numpy as np
import pandas as pd

from builders.figures import texts
from ccdcgan.report.figures.parity import parity_figure

NAME = "formation_energy_per_atom"
PREDICTIONS = pd.DataFrame(
    {
        "split": ["train", "train", "validation", "test", "test", "test"],
        "true": [-1.0, 0.5, 9.0, 0.0, -2.0, 1.0],
        "predicted": [-0.9, 0.4, 8.0, 0.1, np.nan, 0.8],
    }
)


def test_both_parts_are_drawn_with_the_error_of_the_test_part(tmp_path: Path) -> None:
    figure = parity_figure(PREDICTIONS, NAME)
    found = texts(figure, tmp_path / "parity.svg")
    assert "test: MAE 0.150 eV/atom, R² 0.900" in found  # variance 1/4 around 1/2
    assert "predicted formation energy per atom (eV/atom)" in found
    assert "train (2)" in found and "test (2)" in found
    (axes,) = figure.axes
    assert [len(points.get_offsets()) for points in axes.collections] == [2, 2]
    np.testing.assert_array_equal(*axes.lines[0].get_data())  # where both are equal


def test_without_predictions_an_empty_figure_is_drawn(tmp_path: Path) -> None:
    figure = parity_figure(PREDICTIONS.head(0), "band_gap")
    found = texts(figure, tmp_path / "parity.svg")
    assert "band gap ()" in found and not [text for text in found if "MAE" in text]


def test_a_run_of_one_part_is_drawn_with_this_part(tmp_path: Path) -> None:
    """Of taken networks all structures are in the test part; of training data none may be."""
    test, train = (PREDICTIONS[PREDICTIONS["split"] == part] for part in ("test", "train"))
    found = texts(parity_figure(test, NAME), tmp_path / "parity.svg")
    assert [text for text in found if "MAE" in text] and "train" not in found
    found = texts(parity_figure(train, NAME), tmp_path / "parity.svg")
    assert not [text for text in found if "MAE" in text] and "test" not in found
