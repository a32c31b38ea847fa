"""The source `local`: every kind of file gives the same structures, and bad ones a row."""

import gzip
import json
import logging
import sqlite3
import tempfile
import time
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import ase.db
import ase.io
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, example, given
from hypothesis import settings as trying
from hypothesis import strategies as st
from monty.serialization import dumpfn
from pymatgen.core import Lattice, Structure
from pymatgen.entries.computed_entries import ComputedStructureEntry
from pymatgen.io.ase import AseAtomsAdaptor
from pymatgen.io.vasp.inputs import Kpoints

from builders.local import CRYSTALS
from builders.settings import changed
from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.limits import USUAL
from ccdcgan.data.sources.local import read_local
from ccdcgan.data.sources.records import ID

PROPERTIES = ("formation_energy_per_atom", "band_gap")
VALUES = {"salt": (-2.1, 5.0), "skew": (-1.0, float("nan"))}
ROWS = [
    {"id": name, "formation_energy_per_atom": values[0], "gap": values[1]}
    for name, values in VALUES.items()
]
COLUMNS = {"band_gap": "gap"}


def write_parquet(folder: Path) -> Path:
    rows = [
        row
        | {
            "lattice": list(CRYSTALS[row["id"]].lattice.parameters),
            "species": [site.specie.symbol for site in CRYSTALS[row["id"]]],
            "frac_coords": CRYSTALS[row["id"]].frac_coords.tolist(),
        }
        for row in ROWS
    ]
    pd.DataFrame(rows).to_parquet(folder / "s.parquet")
    return folder / "s.parquet"


def write_cifs(folder: Path) -> Path:
    target = folder / "cifs"
    target.mkdir()
    for name, crystal in CRYSTALS.items():
        crystal.to(str(target / f"{name}.cif"))
    pd.DataFrame(ROWS).to_csv(target / "properties.csv", index=False)
    return target


def write_zip(folder: Path) -> Path:
    source = write_cifs(folder)
    with zipfile.ZipFile(folder / "s.zip", "w") as archive:
        for file in source.iterdir():
            archive.write(file, f"inside/{file.name}")
    return folder / "s.zip"


def _images() -> list[Any]:
    images = []
    for row in ROWS:
        atoms = AseAtomsAdaptor.get_atoms(CRYSTALS[row["id"]], msonable=False)
        atoms.info = dict(row)
        images.append(atoms)
    return images


def write_extxyz(folder: Path) -> Path:
    ase.io.write(folder / "s.extxyz", _images())
    return folder / "s.extxyz"


def write_database(folder: Path) -> Path:
    with ase.db.connect(folder / "s.db") as database:
        for atoms in _images():
            values = {key: value for key, value in atoms.info.items() if value == value}
            values["name"] = values.pop("id")
            database.write(atoms, key_value_pairs=values)
    return folder / "s.db"


def write_json(folder: Path) -> Path:
    rows = [row | {"structure": CRYSTALS[row["id"]]} for row in ROWS]
    dumpfn(rows, folder / "s.json.gz")
    return folder / "s.json.gz"


def write_entries(folder: Path) -> Path:
    entries = [
        ComputedStructureEntry(CRYSTALS[row["id"]], -1.0, data=row, entry_id=row["id"])
        for row in ROWS
    ]
    dumpfn(entries, folder / "e.json")
    return folder / "e.json"


@pytest.mark.parametrize(
    "write",
    [write_parquet, write_cifs, write_zip, write_extxyz, write_database, write_json, write_entries],
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


def test_bad_structures_are_rows_and_the_others_go_on(tmp_path: Path) -> None:
    folder = write_cifs(tmp_path)
    (folder / "torn.cif").write_text((folder / "salt.cif").read_text()[:150])
    shared = Structure(Lattice.cubic(3), [{"Na": 0.5, "K": 0.5}], [[0, 0, 0]])
    shared.to(str(folder / "shared.cif"))
    with (folder / "properties.csv").open("a") as file:
        file.write("ghost,1.0,0.0\n")
    table = read_local(str(folder), PROPERTIES, COLUMNS, "PBE").set_index("id")
    reasons = table["dropped"].str.split(":").str[0].to_dict()
    assert reasons == {
        "salt": "",
        "skew": "",
        "torn": "unreadable CIF",
        "shared": "partial occupancy",
        "ghost": "no structure",
    }


def test_bad_rows_of_a_parquet_file(tmp_path: Path) -> None:
    frame = pd.read_parquet(write_parquet(tmp_path))
    bad = frame.iloc[[0, 0, 0]].copy()
    bad["id"] = ["flat", "alien", "short"]
    bad["lattice"] = [[0.0] * 9, bad["lattice"].iloc[0], bad["lattice"].iloc[0]]
    bad["species"] = [["Na", "Cl"], ["Na", "Xx"], ["Na"]]
    pd.concat([frame, bad]).to_parquet(tmp_path / "bad.parquet")
    table = read_local(str(tmp_path / "bad.parquet"), PROPERTIES, COLUMNS, "PBE").set_index("id")
    reasons = table["dropped"].str.split(":").str[0].to_dict()
    assert reasons == {
        "salt": "",
        "skew": "",
        "flat": "no cell",
        "alien": "unknown species",
        "short": "damaged structure",
    }


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


def test_column_that_is_not_there(tmp_path: Path) -> None:
    path = write_parquet(tmp_path)
    with pytest.raises(InputError, match=r"data\.columns names band_gap: width, but"):
        read_local(str(path), PROPERTIES, {"band_gap": "width"}, "PBE")
    pd.read_parquet(path).drop(columns="species").to_parquet(path)
    with pytest.raises(InputError, match="no column species; it has"):
        read_local(str(path), PROPERTIES, {}, "PBE")


NAMED = {"@module": "pymatgen.io.vasp.inputs", "@class": "Kpoints", "comment": "made"}


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What has been made of a class that `NAMED` names."""
    found: list[Any] = []
    monkeypatch.setattr(Kpoints, "from_dict", classmethod(lambda _, content: found.append(content)))
    return found


@pytest.mark.parametrize("place", ["site", "structure", "species", "lattice", "entry", "beside"])
def test_no_class_that_a_json_file_names_is_made(
    place: str, made: list[Any], tmp_path: Path
) -> None:
    document = CRYSTALS["salt"].as_dict()
    entry = {"id": "a", "band_gap": NAMED, "structure": document}
    site = document["sites"][0]
    if place == "site":
        site["properties"] = {"magmom": NAMED}
    elif place == "species":
        site["species"][0] |= {"properties": {"spin": NAMED}, "oxidation_state": NAMED}
    elif place == "lattice":
        document["lattice"] |= NAMED
    else:
        {"structure": document, "entry": entry, "beside": entry}[place]["properties"] = NAMED
    if place == "entry":
        entry |= {"@module": "pymatgen.entries.computed_entries", "@class": "ComputedEntry"}
    (tmp_path / "x.json").write_text(json.dumps([entry]))
    table = read_local(str(tmp_path / "x.json"), PROPERTIES, {}, "PBE")
    assert table[["id", "formula", "dropped"]].to_numpy().tolist() == [["a", "NaCl", ""]]
    assert table["band_gap"].isna().all()
    assert made == []


@pytest.mark.parametrize("suffix", ["extxyz", "db"])
def test_no_class_that_ase_could_make_is_made(
    suffix: str, made: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ase.constraints, "dict2constraint", made.append)
    atoms = AseAtomsAdaptor.get_atoms(CRYSTALS["salt"], msonable=False)
    atoms.set_constraint(ase.constraints.FixAtoms([0]))
    path = tmp_path / f"x.{suffix}"
    if suffix == "db":
        with ase.db.connect(path) as database:
            database.write(atoms, data={"note": NAMED})
    else:
        atoms.info = {"note": NAMED}
        ase.io.write(path, atoms)
    table = read_local(str(path), PROPERTIES, {}, "PBE")
    assert table["dropped"].tolist() == [""]
    assert made == []


def _damaged(**changes: Any) -> dict[str, Any]:
    return {"id": "bad", "structure": CRYSTALS["salt"].as_dict() | changes}


def _site(**changes: Any) -> dict[str, Any]:
    sites = CRYSTALS["salt"].as_dict()["sites"]
    return _damaged(sites=[sites[0], sites[1] | changes])


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (_damaged(lattice=None), "damaged structure: no lattice"),
        (_damaged(lattice="cubic"), "damaged structure: lattice is a str"),
        (_damaged(lattice={"matrix": [[1, 0, 0], [0, 1]]}), "damaged structure: lattice: not num"),
        (_damaged(lattice={"matrix": [[10**400] * 3] * 3}), "damaged structure: lattice: not num"),
        (_damaged(lattice={"a": 3, "b": 3}), "damaged structure: lattice: numbers are missing"),
        (_damaged(sites={}), "damaged structure: sites is a dict"),
        (_damaged(sites=[]), "damaged structure: no atom"),
        (_damaged(sites=["Na"]), "damaged structure: no species"),
        (_site(abc=[0, 0]), "damaged structure: site 1: numbers are missing"),
        (_site(abc=[0, 0, float("nan")]), "damaged structure: site 1: numbers are missing"),
        (_site(species=[{"element": 17, "occu": 1}]), "damaged structure: element is a int"),
        (_site(species=[{"element": "Cl"}]), "damaged structure: site 1, occu: numbers are"),
        (_site(species=[{"element": "Cl", "occu": 2}]), "damaged structure: Species occupancies"),
        (_site(species=[{"element": "Cl", "occu": 0.5}]), "partial occupancy"),
        (_site(species=[{"element": "Xx", "occu": 1}]), "unknown species: Xx"),
        ({"id": "bad", "structure": [1], "data": [1], "parameters": 2}, "damaged structure: no la"),
    ],
)
def test_a_damaged_document_is_a_row_and_the_others_go_on(
    entry: dict[str, Any], reason: str, tmp_path: Path
) -> None:
    good = {"id": "good", "structure": CRYSTALS["salt"].as_dict(), "band_gap": 10**400}
    (tmp_path / "x.json").write_text(json.dumps([entry, good]))
    table = read_local(str(tmp_path / "x.json"), PROPERTIES, {}, "PBE").set_index("id")
    assert table.loc["bad", "dropped"].startswith(reason), table.loc["bad", "dropped"]
    assert table.loc["good", "dropped"] == "" and pd.isna(table.loc["good", "band_gap"])


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


def test_json_never_imports_what_it_names(tmp_path: Path) -> None:
    evil = {"@module": "os", "@class": "system", "structure": {"@module": "os", "lattice": 1}}
    (tmp_path / "x.json").write_text(json.dumps([evil]))
    table = read_local(str(tmp_path / "x.json"), PROPERTIES, {}, "PBE")
    assert table["dropped"].iloc[0].startswith("damaged structure")


def reasons_of(path: Path, **limits: int) -> list[str]:
    """Read a file, and return why each of its rows is dropped."""
    table = read_local(str(path), PROPERTIES, {}, "PBE", changed(USUAL, **limits))
    return table["dropped"].tolist()


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


def test_ten_thousand_atoms_take_no_time(tmp_path: Path) -> None:
    """As atoms of a CIF they took 44 s before they were dropped."""
    sites = "\n".join(f"Na{n} Na {n / 1e4} 0 0 1" for n in range(10_000))
    header = "data_x\n" + "".join(f"_cell_length_{one} 90\n" for one in "abc")
    header += "".join(f"_cell_angle_{one} 90\n" for one in ("alpha", "beta", "gamma"))
    names = ("label", "type_symbol", "fract_x", "fract_y", "fract_z", "occupancy")
    header += "loop_\n" + "".join(f"_atom_site_{name}\n" for name in names)
    (tmp_path / "a.cif").write_text(f"{header}{sites}\n")
    start = time.process_time()
    (reason,) = reasons_of(tmp_path)
    assert reason.startswith("too large: 10000 atoms")
    assert time.process_time() - start < 10


def test_a_cif_of_too_many_operations_is_a_row(tmp_path: Path) -> None:
    CRYSTALS["salt"].to(str(tmp_path / "a.cif"))
    text = (tmp_path / "a.cif").read_text().replace("'x, y, z'", "'x, y, z'\n 2 'x, y, z'" * 300)
    (tmp_path / "a.cif").write_text(text)
    assert "symmetry operations, of at most 192" in reasons_of(tmp_path)[0]


def test_an_image_that_says_it_has_endless_atoms_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "x.extxyz"
    path.write_text('999999999999\nLattice="1 0 0 0 1 0 0 0 1"\nNa 0 0 0\n')
    with pytest.raises(InputError, match=r"x\.extxyz: damaged after 0 images \(it ends before"):
        reasons_of(path)
    path.write_text("-3\n\n")
    with pytest.raises(InputError, match="-3 atoms"):
        reasons_of(path)
    wide = "Properties=species:S:1:pos:R:3:x:R:99999999999"
    good = 'Lattice="3 0 0 0 3 0 0 0 3" Properties=species:S:1:pos:R:3'
    path.write_text(f"1\n{wide}\nNa 0 0 0\n1\n{good}\nNa 0 0 0\n")
    first, second = reasons_of(path)
    assert "99999999999 numbers an atom" in first and second == ""


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


def test_a_parquet_file_that_unpacks_to_more_than_it_is_is_one_line(tmp_path: Path) -> None:
    """A hundred million equal numbers take a kilobyte."""
    path = tmp_path / "x.parquet"
    coords = pa.ListArray.from_arrays(pa.array([0, 4_000_000]), pa.array(np.zeros(4_000_000)))
    columns = {"id": ["a"], "lattice": [[1.0] * 6], "species": [["Na"]], "frac_coords": coords}
    pq.write_table(pa.table(columns), path, compression="zstd")
    assert path.stat().st_size < 20_000
    with pytest.raises(InputError, match=r"x\.parquet: unpacks to \d+ MB, beyond data\.limits"):
        reasons_of(path, file=20)
    with pytest.raises(InputError, match=r"x\.parquet: 2 rows, beyond data\.limits\.structures"):
        reasons_of(write_parquet(tmp_path).rename(path), structures=1)


def test_a_damaged_page_of_a_parquet_file_is_one_line(tmp_path: Path) -> None:
    path = write_parquet(tmp_path)
    table = pq.read_table(path)
    pq.write_table(table, path, write_page_checksum=True)
    column = pq.read_metadata(path).row_group(0).column(table.column_names.index("gap"))
    start = column.dictionary_page_offset or column.data_page_offset
    content = bytearray(path.read_bytes())
    content[start + column.total_compressed_size - 4] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(InputError, match=r"s\.parquet: not a readable Parquet file .*CRC"):
        read_local(str(path), PROPERTIES, COLUMNS, "PBE")


def test_a_database_that_is_a_program_is_refused(tmp_path: Path) -> None:
    """A view may count without end."""
    path = write_database(tmp_path)
    with sqlite3.connect(path) as database:
        database.execute("ALTER TABLE systems RENAME TO other")
        database.execute(
            "CREATE VIEW systems AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x FROM n) "
            "SELECT other.* FROM other, n"
        )
    with pytest.raises(InputError, match=r"s\.db: not a readable ASE database .*views"):
        read_local(str(path), PROPERTIES, {}, "PBE")


def test_every_block_of_a_cif_is_a_structure(tmp_path: Path) -> None:
    texts = []
    for name, crystal in CRYSTALS.items():
        crystal.to(str(tmp_path / f"{name}.cif"))
        texts.append((tmp_path / f"{name}.cif").read_text())
        (tmp_path / f"{name}.cif").unlink()
    general = "data_global\n_journal_year 2026\n"
    torn = "data_torn\n_cell_length_a 3\nloop_\n_atom_site_label\nNa\n"
    (tmp_path / "both.cif").write_text("\n".join([general, texts[0], torn, texts[1]]))
    (tmp_path / "one.cif").write_text(general + texts[0])
    (tmp_path / "values.csv").write_text("id,band_gap\nboth-2,1.5\none,2.5\n")
    table = read_local(str(tmp_path), PROPERTIES, {}, "PBE").set_index("id")
    assert table.index.tolist() == ["both-0", "both-1", "both-2", "one"]
    assert table["formula"].fillna("").tolist() == ["NaCl", "", "FeO2", "NaCl"]
    assert table.loc["both-1", "dropped"].startswith("unreadable CIF")
    assert table["band_gap"].fillna(0).tolist() == [0, 0, 1.5, 2.5]


@pytest.mark.parametrize("form", ["[%s, %s]", '{"a": %s, "good": %s}'])
def test_an_entry_that_is_no_json_costs_none_of_the_others(form: str, tmp_path: Path) -> None:
    good = json.dumps({"id": "good", "structure": CRYSTALS["salt"].as_dict()})
    (tmp_path / "x.json").write_text(form % ('{"id": "bad", "structure": }', good))
    table = read_local(str(tmp_path / "x.json"), PROPERTIES, {}, "PBE")
    assert table["dropped"].iloc[0].startswith("damaged structure: no JSON")
    assert table["dropped"].iloc[1] == "" and table["id"].iloc[1] == "good"


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


def holds(kind: str, content: bytes) -> None:
    """Read a file, and check that crystals, rows with reasons or one line come out."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"x.{kind}"
        path.write_bytes(content)
        try:
            table = read_local(
                folder if kind == "cif" else str(path),
                PROPERTIES,
                {},
                "PBE",
                changed(USUAL, file=10, entry=1, structures=100, atoms=50, depth=20),
            )
        except InputError as error:
            line = str(error)
            assert "\n" not in line
            assert f"x.{kind}" in line or "no structure at all came in" in line, line
            return
    assert len(table)
    assert table["id"].map(lambda name: bool(ID.fullmatch(name))).all()
    for row in table.to_dict("records"):
        assert "\n" not in row["dropped"]
        if not row["dropped"]:
            assert 0 < row["num_sites"] == len(row["species"]) <= 50
            assert np.isfinite(row["lattice"]).all() and np.isfinite(row["frac_coords"]).all()
        for name in PROPERTIES:
            assert not np.isinf(row[name])


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
FUZZ = trying(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


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


LEAVES = st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5)
WORDS = st.sampled_from(
    ["structure", "lattice", "sites", "species", "element", "occu", "abc", "id"]
)
DOCUMENTS = st.recursive(
    LEAVES | st.sampled_from(["Na", "Cl", "Fe3+", "D", "Xx", "X0+"]),
    lambda own: st.lists(own, max_size=4) | st.dictionaries(WORDS, own, max_size=4),
    max_leaves=25,
)


def with_document(place: str, value: Any) -> Any:
    document = CRYSTALS["skew"].as_dict()
    if place == "whole":
        return value
    target: Any = document
    *parents, last = place.split(".")
    for part in parents:
        target = target[int(part) if part.isdigit() else part]
    target[int(last) if last.isdigit() else last] = value
    return {"id": "a", "structure": document, "band_gap": value}


@FUZZ
@given(
    place=st.sampled_from(
        ["whole", "lattice", "lattice.matrix", "sites", "sites.0", "sites.1.species", "sites.1.abc"]
    ),
    value=DOCUMENTS,
)
@example(place="sites.1.abc", value=[1e308, 1e308, 1e308])
@example(place="lattice.matrix", value=[[1e200, 0, 0], [0, 1e200, 0], [0, 0, 1e200]])
def test_any_document_is_a_crystal_a_row_or_one_line(place: str, value: Any) -> None:
    holds("json", json.dumps([with_document(place, value)]).encode())
