"""The source `local`: every kind of file gives the same structures, and bad ones a row."""

import gzip
import json
import logging
import zipfile
from pathlib import Path
from typing import Any

import ase.db
import ase.io
import pandas as pd
import pytest
from monty.serialization import dumpfn
from pymatgen.core import Lattice, Structure
from pymatgen.entries.computed_entries import ComputedStructureEntry
from pymatgen.io.ase import AseAtomsAdaptor
from pymatgen.io.vasp.inputs import Kpoints

from builders.local import CRYSTALS
from ccdcgan.core.errors import InputError
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
