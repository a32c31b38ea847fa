"""How well a constraint predicts, against numbers worked out by hand."""

import numpy as np
import pandas as pd
import pytest

from ccdcgan.core.errors import InputError
from ccdcgan.core.tables import write_table
from ccdcgan.evaluation.prediction_metrics import prediction_metrics, read_predictions, summarise

TABLE = pd.DataFrame(
    {"id": list("abc"), "split": "test", "true": [0.0, 2.0, 5.0], "predicted": [0.5, 1.0, np.nan]}
)


def test_graphs_that_gave_no_crystal_count_as_not_read() -> None:
    found = prediction_metrics(TABLE)
    assert (found["structures"], found["not_read"]) == (2, 1)
    assert found["mae"] == pytest.approx(0.75)
    assert found["rmse"] == pytest.approx((1.25 / 2) ** 0.5)
    assert found["r2"] == pytest.approx(1 - 0.625)  # variance 1 around 1
    none = prediction_metrics(TABLE.tail(1))
    assert none == {"structures": 0, "not_read": 1, "mae": None, "rmse": None, "r2": None}
    assert prediction_metrics(TABLE.head(1))["r2"] is None


def test_the_first_property_stands_for_all(tmp_path) -> None:
    write_table(tmp_path / "p.csv", TABLE)
    rows = read_predictions(tmp_path / "p.csv")
    found = summarise({"energy": rows, "gap": rows.head(1)})
    assert (found["property"], found["n"], found["mae"]) == ("energy", 2, 0.75)
    assert [one["property"] for one in found["others"]] == ["gap"]
    write_table(tmp_path / "p.csv", TABLE.drop(columns="true"))
    with pytest.raises(InputError, match=r"p\.csv: the columns \['true'\] are missing"):
        read_predictions(tmp_path / "p.csv")
