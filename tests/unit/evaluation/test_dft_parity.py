"""DFT beside the potential: rows and sums by hand."""

import numpy as np
import pandas as pd
import pytest

from ccdcgan.crystals.table import Crystals
from ccdcgan.evaluation.dft_parity import COLUMNS, parity_rows, parity_summary

NAN = float("nan")
ENERGIES = pd.DataFrame(
    {
        "name": ["a", "b", "CdLi-k", "Li-l"],
        "id": ["a", "b", "k", "l"],
        "source": ["ccdcgan", "ccdcgan", "known", "known"],
        "formula": ["Li3Cd", "Li2Cd", "LiCd", "Li"],
        "num_sites": [4, 3, 2, 1],
        "status": ["converged", "failed: killed", "converged", "converged"],
        "formation_energy": [-0.2, NAN, -0.25, 0.0],
        "potential_formation_energy": [-0.23, -0.1, -0.24, 0.0],
        "released": [0.04, 0.3, 0.001, 0.0],  # b ended on the way
        "matches": "",
        "minutes": 1.0,
        "engine": "GPAW 26.7.0",
    }
)
DFT = pd.DataFrame(
    {"id": ["a", "k", "l"], "e_above_known_hull": [0.01, 0.0, 0.0], "space_group": [225, 221, 229]}
)
POTENTIAL = pd.DataFrame(
    {"id": ["a", "b", "k", "l"], "e_above_known_hull": [-0.02, 0.1, 0.0, 0.0], "space_group": 1}
)


@pytest.fixture
def rows() -> pd.DataFrame:
    found = {"Cd-Li": Crystals(ENERGIES)}
    return parity_rows(found, {"Cd-Li": DFT}, {"Cd-Li": POTENTIAL})


def test_a_row_a_calculation_with_both_energies(rows: pd.DataFrame) -> None:
    assert tuple(rows.columns) == COLUMNS
    table = rows.set_index("id")
    assert table.loc["a", ["e_above_hull", "potential_e_above_hull"]].tolist() == [0.01, -0.02]
    assert table.loc["b", "status"] == "failed: killed" and np.isnan(table.loc["b", "e_above_hull"])
    assert table.loc["k", "space_group"] == 221 and table.loc["k", "system"] == "Cd-Li"


def test_the_sums_by_hand(rows: pd.DataFrame) -> None:
    found = parity_summary(rows)
    generated = found["generated"]
    assert (generated["calculations"], generated["converged"]) == (2, 1)
    assert generated["formation_energy"]["n"] == 1
    assert generated["formation_energy"]["mae"] == pytest.approx(0.03)
    assert generated["e_above_hull"]["bias"] == pytest.approx(-0.03)
    assert (generated["released"], generated["small"]) == (0.04, 1)
    # The element is no compound: its formation energy is zero by either.
    assert (found["known"]["calculations"], found["known"]["formation_energy"]["n"]) == (1, 1)
    assert found["known"]["formation_energy"]["bias"] == pytest.approx(0.01)
    assert "e_above_hull" not in found["known"]


def test_the_error_of_a_mean_is_over_the_crystals(rows: pd.DataFrame) -> None:
    twice = pd.concat([rows, rows.assign(formation_energy=rows["formation_energy"] - 0.02)])
    errors = parity_summary(twice)["generated"]["formation_energy"]
    assert errors["mae"] == pytest.approx(0.02)
    assert errors["mae_error"] == pytest.approx(np.std([0.03, 0.01], ddof=1) / np.sqrt(2))


def test_nothing_that_converged_is_no_figure(rows: pd.DataFrame) -> None:
    found = parity_summary(rows.iloc[1:2])["generated"]
    assert (found["converged"], found["formation_energy"]["mae"], found["released"]) == (
        0,
        None,
        None,
    )
    assert len(parity_rows({}, {}, {})) == 0
