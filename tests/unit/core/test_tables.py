"""Damaged tables are refused."""

import pytest

from ccdcgan.core.errors import InputError
from ccdcgan.core.tables import read_table


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
