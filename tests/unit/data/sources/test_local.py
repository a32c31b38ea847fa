"""The source `local`: every kind of file gives the same structures, and bad ones a row."""

import gzip
import json
import logging
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import ase.db
import ase.io
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from monty.serialization import dumpfn
from pymatgen.core import Lattice, Structure
from pymatgen.io.ase import AseAtomsAdaptor

from builders.local import (
    COLUMNS,
    CRYSTALS,
    FUZZ,
    PROPERTIES,
    VALUES,
    holds,
    reasons_of,
    write_cifs,
    write_csv,
    write_database,
    write_entries,
    write_extxyz,
    write_json,
    write_parquet,
    write_zip,
)
from ccdcgan.core.errors import InputError
from ccdcgan.data.sources.local import read_local
from ccdcgan.data.sources.records import ID


@pytest.mark.parametrize(
    "write",
    [
        *(write_parquet, write_cifs, write_csv, write_zip, write_extxyz, write_database),
        *(write_json, write_entries),
    ],
)
def test_every_kind_of_file_gives_the_same(write: Any, tmp_path: Path) -> None:
    columns = COLUMNS | ({"id": "name"} if write is write_database else {})
    table = read_local(str(write(tmp_path)), PROPERTIES, columns, "PBE")
    assert (table["dropped"] == "").all(), table["dropped"].tolist()
    table = table.set_index("id")
    assert set(table.index) == set(CRYSTALS)
    for name, crystal in CRYSTALS.items():
        row = table.loc[name]
        found = Structure(
            Lattice(pd.Series(row["lattice"]).to_numpy().reshape(3, 3)),
            row["species"],
            pd.Series(row["frac_coords"]).to_numpy().reshape(-1, 3),
        )
        assert found.lattice.parameters == pytest.approx(crystal.lattice.parameters, abs=1e-4)
        assert found.distance_matrix == pytest.approx(crystal.distance_matrix, abs=1e-3)
        assert row[list(PROPERTIES)].tolist() == pytest.approx(list(VALUES[name]), nan_ok=True)
        assert row["energy_scheme"] == "PBE" and row["formula"] == crystal.reduced_formula


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("x.parquet", b"PAR1 torn", "not a readable Parquet file"),
        ("x.zip", b"PK torn", "not a readable zip archive"),
        ("x.json", b'{"a": ', "not readable JSON"),
        ("x.json", b"[" * 100_000, "not readable JSON"),
        ("x.json.gz", gzip.compress(b"[]" * 100, mtime=0)[:20], "not readable JSON"),
        ("x.json.gz", b"no archive", "not readable JSON"),
        ("x.extxyz", b"2\nLattice=\n", "damaged after 0 images"),
        ("x.db", b"no database" * 100, "not a readable ASE database"),
        ("x.docx", b"", "unknown kind of file"),
    ],
)
def test_unreadable_file_is_one_line(
    name: str, content: bytes, message: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=message) as caught:
        read_local(str(tmp_path / name), PROPERTIES, {}, "PBE")
    assert name in str(caught.value) and "\n" not in str(caught.value)


EVIL = [
    '"+str(__import__("os").system("touch ran"))+"',
    "mp-1\n/\n&control",
    "../../etc/passwd",
    "-rf",
    "",
    "Ω",
    "a" * 81,
    "two words",
    "two_words ",
]


def test_ids_that_could_be_code_are_renamed_and_noted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    frame = pd.read_parquet(write_parquet(tmp_path))
    table = pd.concat([frame.iloc[[0]].assign(id=name) for name in [*EVIL, "mp-1", *EVIL[:1]]])
    table.to_parquet(tmp_path / "evil.parquet")
    with caplog.at_level(logging.WARNING):
        found = read_local(str(tmp_path / "evil.parquet"), PROPERTIES, COLUMNS, "PBE")
    assert (found["dropped"] == "").all()
    assert found["id"].map(lambda name: bool(ID.fullmatch(name))).all()
    assert found["id"].equals(found["parent"])
    # What was equal stays equal, what differed still differs.
    assert found["id"].nunique() == len(EVIL) + 1 and found["id"].iloc[0] == found["id"].iloc[-1]
    assert found["id"].iloc[-2] == "mp-1" and found["provenance"].iloc[-2] == "evil.parquet"
    assert found["provenance"].iloc[1] == r"evil.parquet; renamed from 'mp-1\n/\n&control'"
    (line,) = [record.getMessage() for record in caplog.records]
    assert f"{len(EVIL) + 1} ids" in line and "\n" not in line


def supercell() -> Structure:
    return CRYSTALS["salt"] * (3, 3, 3)  # 54 atoms


def test_atoms_are_counted_before_anything_is_made_of_them(tmp_path: Path) -> None:
    large, small = supercell(), CRYSTALS["salt"]
    cifs = tmp_path / "cifs"
    cifs.mkdir()
    large.to(str(cifs / "a.cif"))
    small.to(str(cifs / "b.cif"))
    dumpfn([large, small], tmp_path / "x.json")
    images = [AseAtomsAdaptor.get_atoms(one, msonable=False) for one in (large, small)]
    ase.io.write(tmp_path / "x.extxyz", images)
    with ase.db.connect(tmp_path / "x.db") as database:
        for atoms in images:
            database.write(atoms)
    rows = [
        {
            "id": f"a{number}",
            "lattice": list(one.lattice.parameters),
            "species": [site.specie.symbol for site in one],
            "frac_coords": one.frac_coords.tolist(),
        }
        for number, one in enumerate((large, small))
    ]
    pd.DataFrame(rows).to_parquet(tmp_path / "x.parquet")
    for name in ("cifs", "x.json", "x.extxyz", "x.db", "x.parquet"):
        first, second = reasons_of(tmp_path / name, atoms=20)
        assert first == "too large: 54 atoms, beyond data.limits.atoms (20)", name
        assert second == "", name
        assert reasons_of(tmp_path / name, atoms=54) == ["", ""], name


@pytest.mark.parametrize(
    ("name", "content", "limits", "message"),
    [
        ("x.json", b"[" + b"{}," * 20 + b"{}]", {"structures": 20}, "more than 20 structures"),
        ("x.json", b"[" * 60 + b"]" * 60, {"depth": 50}, "nested deeper than 50"),
        ("x.json", b" " * 2_000_000, {"file": 1}, "2 MB, beyond data.limits.file"),
        ("x.extxyz", b"1\n\nNa 0 0 0\n" * 21, {"structures": 20}, "more than 20 structures"),
    ],
)
def test_a_file_beyond_a_limit_is_one_line(
    name: str, content: bytes, limits: dict[str, int], message: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=message) as caught:
        reasons_of(tmp_path / name, **limits)
    assert name in str(caught.value) and "\n" not in str(caught.value)


def test_a_text_that_is_too_large_is_a_row(tmp_path: Path) -> None:
    big = json.dumps({"id": "big", "note": "x" * 1_100_000})
    small = json.dumps({"id": "small", "structure": CRYSTALS["salt"].as_dict()})
    (tmp_path / "x.json").write_text(f"[{big}, {small}]")
    assert reasons_of(tmp_path / "x.json", entry=1) == [
        "too large: an entry beyond data.limits.entry (1 MB)",
        "",
    ]
    folder = tmp_path / "cifs"
    folder.mkdir()
    (folder / "a.cif").write_text("data_\n" + "#" * 1_100_000)
    CRYSTALS["salt"].to(str(folder / "b.cif"))
    first, second = reasons_of(folder, entry=1)
    assert first.startswith("too large: a CIF") and second == ""


def test_an_infinite_property_is_unknown_and_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rows = [
        {"id": name, "band_gap": value, "structure": CRYSTALS["salt"].as_dict()}
        for name, value in {"a": float("inf"), "b": "-inf", "c": 1.0}.items()
    ]
    (tmp_path / "x.json").write_text(json.dumps(rows))
    with caplog.at_level(logging.WARNING):
        table = read_local(str(tmp_path / "x.json"), PROPERTIES, {}, "PBE")
    assert table["band_gap"].isna().tolist() == [True, True, False]
    assert (table["dropped"] == "").all()
    (line,) = [record.getMessage() for record in caplog.records]
    assert "2 values of band_gap are infinite, such as that of a" in line


@cache
def valid(kind: str) -> bytes:
    """The bytes of a sound file of some kind."""
    write = {
        "parquet": write_parquet,
        "zip": write_zip,
        "extxyz": write_extxyz,
        "db": write_database,
        "json.gz": write_json,
        "json": write_entries,
    }
    with tempfile.TemporaryDirectory() as folder:
        if kind == "cif":
            CRYSTALS["skew"].to(f"{folder}/x.cif")
            return Path(f"{folder}/x.cif").read_bytes()
        return write[kind](Path(folder)).read_bytes()


KINDS = ["parquet", "zip", "extxyz", "db", "json.gz", "json", "cif"]
EDITS = st.lists(
    st.tuples(
        st.sampled_from(["flip", "cut", "insert", "repeat"]),
        st.floats(0, 1, exclude_max=True),
        st.integers(1, 40),
        st.binary(max_size=8) | st.sampled_from([b"99999999999", b"-1", b"nan", b'"', b"[", b"\n"]),
    ),
    min_size=1,
    max_size=4,
)


def edited(content: bytes, edits: list[tuple[str, float, int, bytes]]) -> bytes:
    for edit, share, length, more in edits:
        place = int(share * len(content))
        head, part, tail = content[:place], content[place:][:length], content[place + length :]
        if edit == "flip" and part:
            content = head + bytes([part[0] ^ (1 << length % 8)]) + part[1:] + tail
        elif edit == "cut":
            content = head + tail
        elif edit == "insert":
            content = head + more + part + tail
        else:
            content = head + part + part + tail
    return content


@pytest.mark.parametrize("kind", KINDS)
@FUZZ
@given(edits=EDITS)
def test_any_damage_of_a_file_is_crystals_rows_or_one_line(kind: str, edits: Any) -> None:
    holds(kind, edited(valid(kind), edits))


@pytest.mark.parametrize("kind", KINDS)
@FUZZ
@given(content=st.binary(max_size=200))
def test_any_bytes_are_crystals_rows_or_one_line(kind: str, content: bytes) -> None:
    holds(kind, content)
