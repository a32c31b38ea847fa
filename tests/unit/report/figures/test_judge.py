"""The figure of the judge beside DFT."""

import numpy as np
import pandas as pd

from ccdcgan.report.figures.judge import judge_figure


def test_crystals_with_both_energies_are_drawn_and_counted() -> None:
    rows = pd.DataFrame({"dft_e_above_hull": [0.1, 0.3, 0.2], "e_above_hull": [0.12, 0.2, np.nan]})
    figure = judge_figure(rows, "7net-0")
    (axes,) = figure.axes
    assert axes.get_title() == "2 of 3 crystals; 7net-0"
    (points,) = axes.collections
    assert np.asarray(points.get_offsets()).tolist() == [[0.1, 0.12], [0.3, 0.2]]
    assert axes.get_xlim() == axes.get_ylim()


def test_no_crystal_is_an_empty_figure() -> None:
    rows = pd.DataFrame({"dft_e_above_hull": [0.1], "e_above_hull": [np.nan]})
    (axes,) = judge_figure(rows, "7net-0").axes
    assert axes.get_title().startswith("0 of 1")
