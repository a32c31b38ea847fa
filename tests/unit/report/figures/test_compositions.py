"""The figure of energies against space groups."""

import numpy as np
import pandas as pd

from ccdcgan.report.figures.compositions import compositions_figure

ROWS = pd.DataFrame(
    {
        "formula": ["HfCo2", "HfCo2", "HfCo2", "MnSe2"],
        "e_above_known_hull": [0.0, 0.2, np.nan, np.nan],
        "space_group_after": [227.0, 1.0, np.nan, np.nan],
    }
)
ASKED = [{"Co": 2, "Hf": 1}, {"Co": 4, "Hf": 2}, {"Mn": 1, "Se": 2}]


def test_each_formula_has_a_panel_with_its_relaxed_crystals() -> None:
    figure = compositions_figure({"dcgan": ROWS, "ccdcgan": ROWS.iloc[:1]}, ASKED)
    first, second = figure.axes
    assert first.get_title() == "HfCo₂: 3 relaxed of 4 crystals"
    assert [label.get_text() for label in first.get_xticklabels()] == ["P1", "Fd3̅m"]
    points = np.concatenate([one.get_offsets() for one in first.collections])
    assert sorted(points[:, 1]) == [0.0, 0.0, 0.2]
    # The lowest are at the second of the space groups, the other at the first.
    assert (np.round(points[:, 0]) == [1, 0, 1]).all()
    assert second.get_title() == "MnSe₂: 0 relaxed of 1 crystals"
    assert "no relaxed crystal" in second.texts[0].get_text()
