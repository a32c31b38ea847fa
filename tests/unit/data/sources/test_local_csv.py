"""One CSV file with CIFs: units stand in its header, bad rows say so."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders.local import CRYSTALS, FUZZ, ROWS, holds, reasons_of, write_csv
from ccdcgan.core.errors import InputError
from ccdcgan.data.sources.local import read_local

UNITS = {"formation_energy_per_atom": "eV/atom", "gap": "eV"}


def read(path: Path, **columns: str) -> pd.DataFrame:
    return read_local(str(path), list(UNITS), columns, "PBE", units=UNITS).set_index("id")


def renamed(folder: Path, before: str, after: str) -> Path:
    """The file with another header."""
    path = write_csv(folder)
    header, rest = path.read_text().split("\n", 1)
    assert before in header
    path.write_text(f"{header.replace(before, after)}\n{rest}")
    return path


@pytest.mark.parametrize("header", ["gap (eV)", "gap [eV]", "gap(eV)", " gap ( eV ) "])
def test_a_unit_is_no_part_of_the_name(tmp_path: Path, header: str) -> None:
    table = read(renamed(tmp_path, "gap (eV)", header))
    assert table.loc["salt", "gap"] == 5.0 and (table["dropped"] == "").all()


def test_a_property_may_have_another_name_in_the_file(tmp_path: Path) -> None:
    path = renamed(tmp_path, "gap (eV)", "Eg (eV)")
    assert read(path, gap="Eg").loc["salt", "gap"] == 5.0
    with pytest.raises(InputError, match=r"data.columns names gap: E, but .* has the columns id"):
        read(path, gap="E")


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("gap", r"the column gap has no unit; name it 'gap \(eV\)' if it is in eV"),
        ("gap ()", r"the column gap has no unit"),
        ("gap (meV)", "the column gap is in meV, but data.properties says eV"),
    ],
)
def test_a_missing_or_other_unit_is_one_line(tmp_path: Path, header: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        read(renamed(tmp_path, "gap (eV)", header))
    assert "s.csv" in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("text", "needs the columns id and cif"),
        ("id", "it has the column 'id' twice"),
    ],
)
def test_a_table_of_other_columns_is_one_line(tmp_path: Path, header: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        read(renamed(tmp_path, "cif", header))


def test_bad_structures_are_rows_and_the_others_go_on(tmp_path: Path) -> None:
    path = write_csv(tmp_path)
    table = pd.read_csv(path)
    salt = table["cif"][0]
    more = [("torn", salt[:150]), ("none", ""), ("huge", salt + "#" * 2_000_000)]
    rows = [{**table.iloc[0].to_dict(), "id": name, "cif": text} for name, text in more]
    pd.concat([table, pd.DataFrame(rows)]).to_csv(path, index=False)
    reasons = reasons_of(path, entry=1)
    assert [reason.split(":")[0] for reason in reasons] == [
        *("", "", "unreadable CIF", "unreadable CIF", "too large")
    ]


HEADER = ",".join([*ROWS[0], "cif"]).encode() + b"\n"
TEXT = "".join(f'{name},1,2,"{crystal.to(fmt="cif")}"\n' for name, crystal in CRYSTALS.items())


@FUZZ
@given(st.binary(max_size=300), st.integers(0, len(TEXT)))
def test_any_bytes_are_rows_or_one_line(noise: bytes, place: int) -> None:
    holds("csv", noise)
    holds("csv", HEADER + TEXT[:place].encode() + noise + TEXT[place:].encode())
