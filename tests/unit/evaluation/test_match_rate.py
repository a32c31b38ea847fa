"""Match rates of structures whose samples are made up."""

import numpy as np
import pandas as pd
import pytest

from ccdcgan.codec.manifest import OTHER_COMPOSITION
from ccdcgan.core.artifacts import write_json
from ccdcgan.crystals.table import Crystals
from ccdcgan.evaluation.match_rate import (
    group_names,
    match_rows,
    rates,
    summarise,
)

NAN = float("nan")
ROWS = [
    # id, num_sites, skipped, status and rms of three samples
    ("d", 4, "", ["valid"] * 3, [0.3, 0.1, NAN]),
    ("c", 5, "", ["no lattice", "valid", "valid"], [NAN, NAN, 0.2]),
    ("b", 20, "", [OTHER_COMPOSITION, "valid", "valid"], [NAN] * 3),
    ("a", 2, "Og in no structure", [], []),
]


def predicted() -> Crystals:
    columns = ["id", "num_sites", "skipped", "status", "rms"]
    return Crystals(pd.DataFrame(ROWS, columns=columns).assign(formula="X", split="test"))


def test_a_row_a_structure_of_the_first_and_of_the_best_sample() -> None:
    rows = match_rows(predicted(), 3).set_index("id")
    assert list(rows.index) == ["a", "b", "c", "d"]
    assert list(rows) == [
        *("formula", "num_sites", "split", "matched", "rmse", "matched_3", "rmse_3"),
        *("status", "skipped"),
    ]
    assert rows["matched"].tolist() == [None, False, False, True]
    assert rows["matched_3"].tolist() == [None, False, True, True]
    np.testing.assert_equal(rows["rmse"].tolist(), [NAN, NAN, NAN, 0.3])
    np.testing.assert_equal(rows["rmse_3"].tolist(), [NAN, NAN, 0.2, 0.1])
    assert rows.loc["c", "status"] == "valid 2, no lattice 1"
    assert (rows.loc["a", "status"], rows.loc["a", "skipped"]) == ("", "Og in no structure")


def test_skipped_structures_are_counted_apart() -> None:
    found = summarise(predicted(), 3)
    assert (found["n"], found["tries"]) == (3, 3)
    assert (found["matched"], found["matched_3"]) == (1, 2)
    assert found["match_rate"] == pytest.approx(1 / 3)
    assert found["match_rate_3"] == pytest.approx(2 / 3)
    assert found["rmse"] == 0.3 and found["rmse_standard_error"] is None
    assert found["rmse_3"] == pytest.approx(0.15)
    assert found["rmse_3_standard_error"] == pytest.approx(0.05)
    assert found["skipped"] == {"n": 1, "reasons": {"Og in no structure": 1}}
    assert (found["samples"]["n"], found["samples"]["matched"]) == (9, 3)
    assert found["samples"]["status"] == {"valid": 7, "no lattice": 1, OTHER_COMPOSITION: 1}
    groups = found["by"]["num_sites"]
    assert list(groups) == group_names() == ["1-4", "5-8", "9-12", "13-20"]
    assert [one["n"] for one in groups.values()] == [1, 1, 0, 1]
    assert [one["match_rate_3"] for one in groups.values()] == [1, 1, None, 0]


def test_intervals_hold_the_share_and_narrow_with_the_number() -> None:
    rows = match_rows(predicted(), 3)
    tried = rows[rows["skipped"] == ""]
    few, many = rates(tried, 3), rates(pd.concat([tried] * 40), 3)
    for one in (few, many):
        low, high = one["match_rate_interval"]
        assert 0 <= low < one["match_rate"] < high <= 1
    low, high = many["match_rate_interval"]
    # Wilson's interval of 40 of 120.
    assert (low, high) == (pytest.approx(0.2554, abs=1e-3), pytest.approx(0.4217, abs=1e-3))


def test_one_try_has_names_of_its_own() -> None:
    rows = match_rows(predicted(), 1)
    assert rows["matched"].tolist() == rows["matched_1"].tolist()
    found = summarise(predicted(), 1)
    assert found["match_rate_1"] == found["match_rate"] == pytest.approx(1 / 3)


def test_without_a_structure_nothing_is_a_number_that_it_is_not(tmp_path) -> None:
    found = summarise(predicted().take(["a"]), 3)
    assert found["n"] == 0 and found["match_rate"] is found["rmse_3"] is None
    write_json(tmp_path / "csp.json", found)  # which refuses NaN
