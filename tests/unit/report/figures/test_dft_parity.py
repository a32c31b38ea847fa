"""The figure of DFT beside the potential."""

import numpy as np
import pandas as pd

from ccdcgan.report.figures.dft_parity import dft_parity_figure

ROWS = pd.DataFrame(
    {
        "source": ["ccdcgan", "ccdcgan", "known"],
        "formation_energy": [-0.2, np.nan, -0.3],
        "potential_formation_energy": [-0.25, -0.1, -0.31],
        "e_above_hull": [0.02, np.nan, 0.0],
        "potential_e_above_hull": [0.01, 0.3, 0.0],
    }
)


def test_crystals_with_both_energies_are_drawn_and_counted() -> None:
    formation, above = dft_parity_figure(ROWS, "7net-0").axes
    known, generated = (np.asarray(points.get_offsets()) for points in formation.collections)
    assert known.tolist() == [[-0.3, -0.31]] and generated.tolist() == [[-0.2, -0.25]]
    (alone,) = above.collections  # no known phase: those on the hull are there by definition
    assert np.asarray(alone.get_offsets()).tolist() == [[0.02, 0.01]]
    labels = [text.get_text() for text in formation.get_legend().get_texts()]
    assert labels == ["known phases (1)", "generated (1)"]
    assert above.get_ylabel() == "by 7net-0 (eV/atom)"
    assert formation.get_xlim() == formation.get_ylim()


def test_no_crystal_is_an_empty_figure() -> None:
    formation, above = dft_parity_figure(ROWS.iloc[1:2], "7net-0").axes
    assert [len(points.get_offsets()) for points in formation.collections] == [0, 0]
    assert above.get_xlim() == above.get_ylim()
