"""The table of the graphs, written and read."""

import pandas as pd
import pytest

from ccdcgan.core.errors import InputError
from ccdcgan.core.tables import write_table
from ccdcgan.report.summary import NUMBERS, SUMMARY, read_summary


def test_a_written_summary_is_read_again(tmp_path) -> None:
    row = {name: 1.0 if name in NUMBERS else "" for name in SUMMARY}
    rows = pd.DataFrame([row | {"id": "a", "matches_after": "Li-003"}, row | {"id": "b"}])
    write_table(tmp_path / "summary.csv", rows.assign(predicted_band_gap=0.5))
    again = read_summary(tmp_path / "summary.csv")
    assert list(again.columns) == [*SUMMARY, "predicted_band_gap"]
    assert list(again["id"]) == ["a", "b"]
    assert again["matches_after"].tolist() == ["Li-003", ""] and again["prototype"].notna().all()
    (tmp_path / "summary.csv").write_text("id,variant\na,b\n")
    with pytest.raises(InputError, match=r"summary\.csv: the columns .* are missing"):
        read_summary(tmp_path / "summary.csv")
