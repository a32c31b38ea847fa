"""Folds and sizes of a learning curve, and what is said of its errors."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ccdcgan.core.errors import InputError
from ccdcgan.core.tables import write_table
from ccdcgan.evaluation.learning_curve import COLUMNS, curve, deal_folds, read_folds, splits

FORMULAS = [f"A{n // 2}" for n in range(100)]


def test_a_formula_is_in_one_fold_and_folds_are_of_equal_size() -> None:
    fold_of = deal_folds(FORMULAS, 5, seed=1)
    assert np.bincount(fold_of).tolist() == [20] * 5
    assert all(len(set(fold_of[n : n + 2])) == 1 for n in range(0, 100, 2))
    assert (fold_of == deal_folds(FORMULAS, 5, seed=1)).all()
    assert (fold_of != deal_folds(FORMULAS, 5, seed=2)).any()


def test_fewer_formulas_than_folds_are_one_line() -> None:
    with pytest.raises(InputError, match=r"config finetune.folds: 3, but .* 2 formulas alone"):
        deal_folds(["AB", "AB", "A"], 3, seed=1)


def test_smaller_sizes_are_parts_of_larger_ones_and_the_fold_is_never_learnt() -> None:
    fold_of = deal_folds(FORMULAS, 5, seed=1)
    found = splits(fold_of, 2, [40, 20, 80, 200], seed=3)
    assert list(found) == ["20", "40", "all"]  # no fold leaves more than 80
    for size, parts in found.items():
        assert (parts[fold_of == 2] == "test").all() and (parts == "test").sum() == 20
        learnt = np.isin(parts, ["train", "validation"])
        assert learnt.sum() == (80 if size == "all" else int(size))
        assert (parts == "validation").sum() == learnt.sum() / 5
    smaller, larger = found["20"], found["40"]
    assert (larger[smaller != ""] == smaller[smaller != ""]).all()


def predictions(errors: dict[tuple[str, int], list[float]]) -> pd.DataFrame:
    rows = [
        {"structure": f"s{fold}-{n}", "fold": fold, "size": "all", "structures": 30 + fold}
        | {"start": start, "true": 1.0, "predicted": 1.0 + error}
        for (start, fold), own in errors.items()
        for n, error in enumerate(own)
    ]
    return pd.DataFrame(rows)[list(COLUMNS)]


TABLE = predictions(
    {
        **{("pretrained", 0): [0.1, -0.1], ("pretrained", 1): [0.3, 0.3, 0.3]},
        **{("scratch", 0): [0.3, -0.5], ("scratch", 1): [0.4, 0.2, 0.3]},
        **{("median", 0): [1.0, 1.0], ("median", 1): [1.0, 0.0, 2.0]},
    }
)


def test_errors_are_means_over_folds_and_gains_are_of_the_same_fold() -> None:
    found = curve({"gap": TABLE}, {"gap": "eV"}).set_index("start")
    assert found["mae"].to_dict() == pytest.approx(
        {"pretrained": 0.2, "scratch": 0.35, "median": 1.0}
    )
    # Two folds of 0.1 and 0.3: their deviation is 0.1·√2, the error of the mean 0.1.
    assert found.loc["pretrained", "mae_standard_error"] == pytest.approx(0.1)
    assert found.loc["scratch", "mae_standard_error"] == pytest.approx(0.05)
    assert found.loc["pretrained", "gain"] == pytest.approx((0.3 + 0.0) / 2)
    assert found.loc["pretrained", "gain_standard_error"] == pytest.approx(0.15)
    assert found.loc["scratch", "gain"] == 0 and found.loc["median", "gain"] == pytest.approx(-0.65)
    assert found.loc["median", "rmse"] == pytest.approx((1 + (5 / 3) ** 0.5) / 2)
    assert set(found["tested"]) == {5} and set(found["structures"]) == {30.5}
    assert set(found["unit"]) == {"eV"} and set(found["folds"]) == {2}


def test_folds_are_read_as_they_are_written(tmp_path: Path) -> None:
    for fold in (0, 1):
        write_table(tmp_path / f"{fold}.csv", TABLE[TABLE["fold"] == fold])
    read = read_folds([tmp_path / "0.csv", tmp_path / "1.csv"])
    pd.testing.assert_frame_equal(
        curve({"gap": read}, {"gap": "eV"}), curve({"gap": TABLE}, {"gap": "eV"}), check_like=True
    )
    (tmp_path / "1.csv").write_text("structure,fold\n")
    with pytest.raises(InputError, match=r"1\.csv: the columns .*'predicted'.* are missing"):
        read_folds([tmp_path / "1.csv"])
