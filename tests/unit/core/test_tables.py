"""Damaged tables are refused."""

import pandas as pd
import pytest

from ccdcgan.core.errors import InputError
from ccdcgan.core.tables import read_table, write_table


def test_damaged_tables_are_refused(tmp_path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("id,formula\na,NaN\nb,\n")
    assert list(read_table(path, ("id",), text=("formula",))["formula"]) == ["NaN", ""]
    with pytest.raises(InputError, match=r"rows\.csv: the columns \['energy'\] are missing"):
        read_table(path, ("id", "energy"))
    path.write_text("id,formula\na,x\na,y\n")
    with pytest.raises(InputError, match=r"id 'a' stands in two rows"):
        read_table(path, ("id",))
    path.write_text("")
    with pytest.raises(InputError, match=r"not a readable table"):
        read_table(path, ("id",))


def test_bytes_that_are_no_table_are_one_line(tmp_path) -> None:
    path = tmp_path / "elements.csv"
    for content in (b"element,energy\n\xff\xfe,1\n", b'a,"b\nc', b"a\n1,2,3\n1,2,3,4\n"):
        path.write_bytes(content)
        with pytest.raises(InputError, match=r"elements\.csv: ") as caught:
            read_table(path, ("element",))
        assert "\n" not in str(caught.value)


def test_a_number_that_is_none_is_one_line(tmp_path) -> None:
    path = tmp_path / "elements.csv"
    path.write_text("element,energy_per_atom\nCo,-7.0\nHf,-9.l\n")
    with pytest.raises(InputError, match=r"elements\.csv: .* in the column energy_per_atom"):
        read_table(path, ("element",), text=("element",), numbers=("energy_per_atom",))
    path.write_text("element,energy_per_atom\nCo,-7.0\nHf,\n")
    table = read_table(path, (), text=("element",), numbers=("energy_per_atom",))
    assert table["energy_per_atom"].isna().tolist() == [False, True]


HARMLESS = ["-1.5", "+2", "Co-Hf", "", "'quoted'", "3=4"]


def test_no_text_of_a_table_is_a_formula(tmp_path) -> None:
    evil = ['=HYPERLINK("http://a.b","x")', "+1+1", "-2+3|cmd", "@SUM(1)", "\t=1", "'=1", "''=1"]
    ids = [f"a{number}" for number in range(len(evil) + len(HARMLESS))]
    counts = pd.array([1, None] + [3] * (len(ids) - 2), dtype="Int64")
    table = pd.DataFrame(
        {"id": ids, "note": [*evil, *HARMLESS], "energy": -1.5, "count": counts},
    )
    write_table(tmp_path / "rows.csv", table)
    stored = pd.read_csv(tmp_path / "rows.csv", dtype=str, keep_default_na=False)
    assert all(text.startswith("'") for text in stored["note"][: len(evil)])
    assert stored["note"][len(evil) :].tolist() == HARMLESS
    assert set(stored["energy"]) == {"-1.5"} and stored["count"].tolist()[:3] == ["1", "", "3"]
    # What the workflow reads again is what it wrote.
    read = read_table(tmp_path / "rows.csv", ("id",), text=("id", "note"))
    assert read["note"].tolist() == table["note"].tolist()
