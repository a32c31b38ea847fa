"""Files that other tools read hold the relaxed crystals, and what is known of each."""

import json
from pathlib import Path

import ase.db
import numpy as np
import pytest
from optimade.adapters import Structure as Adapter
from pymatgen.analysis.structure_matcher import StructureMatcher
from pymatgen.core import Structure

from builders.exports import CRYSTALS, INF, relaxed, summary
from ccdcgan.data.sources.local import read_local
from ccdcgan.report.export import (
    PROPERTIES,
    cif_pairs,
    optimade_lines,
    relaxed_rows,
    write_ase_database,
)


def lines() -> list[dict]:
    rows = relaxed_rows(summary(), relaxed())
    return [json.loads(line) for line in optimade_lines(rows, relaxed(), "7net-0", 0.0)]


def test_the_rows_are_those_of_crystals_that_were_relaxed() -> None:
    assert list(relaxed_rows(summary(), relaxed())["id"]) == list(CRYSTALS)


def test_the_lines_are_a_header_the_meaning_of_properties_and_structures() -> None:
    head, info, *entries = lines()
    assert head == {"x-optimade": {"meta": {"api_version": "1.2.0"}}}
    assert (info["type"], info["id"]) == ("info", "structures")
    told = info["properties"]
    assert told["_ccdcgan_e_above_known_hull"]["unit"] == "eV/atom"
    assert "7net-0" in told["_ccdcgan_formation_energy_after"]["description"]
    assert set(told) >= {"lattice_vectors", "nsites", *(f"_ccdcgan_{name}" for name in PROPERTIES)}
    assert [entry["id"] for entry in entries] == list(CRYSTALS)
    for entry in entries:
        assert set(entry["attributes"]) <= set(told)


def test_a_structure_comes_back_from_its_line() -> None:
    for entry in lines()[2:]:
        found = Adapter(entry).as_pymatgen
        expected = CRYSTALS[entry["id"]]
        assert found.composition == expected.composition
        np.testing.assert_allclose(found.lattice.matrix, expected.lattice.matrix, atol=1e-9)
        np.testing.assert_allclose(found.cart_coords, expected.cart_coords, atol=1e-9)


def test_what_is_not_known_is_null_and_whole_numbers_stay_whole() -> None:
    first, second = (entry["attributes"] for entry in lines()[2:])
    assert first["_ccdcgan_predicted_band_gap"] is None
    assert second["_ccdcgan_predicted_band_gap"] == 1.5
    assert second["_ccdcgan_prototype"] is None and first["_ccdcgan_prototype"] == "CsCl"
    assert first["_ccdcgan_space_group_after"] == 221
    assert isinstance(first["_ccdcgan_space_group_after"], int)
    assert first["last_modified"] == "1970-01-01T00:00:00+00:00"


def test_cifs_have_their_symmetry_and_those_in_p1_stand_beside_them() -> None:
    files = dict(cif_pairs(relaxed_rows(summary(), relaxed()), relaxed(), 0.1))
    assert list(files) == [*(f"{n}.cif" for n in CRYSTALS), *(f"P1/{n}.cif" for n in CRYSTALS)]
    for name, crystal in CRYSTALS.items():
        assert "Pm-3m" in files[f"{name}.cif"] and "Pm-3m" not in files[f"P1/{name}.cif"]
        for text in (files[f"{name}.cif"], files[f"P1/{name}.cif"]):
            found = Structure.from_str(text, "cif")
            assert StructureMatcher(scale=False).fit(found, crystal)


def test_the_database_is_read_by_ase_and_as_a_source(tmp_path: Path) -> None:
    path = tmp_path / "crystals.db"
    for _ in range(2):  # written again, it is written anew
        write_ase_database(path, relaxed_rows(summary(), relaxed()), relaxed())
    with ase.db.connect(path) as database:
        rows = list(database.select())
        assert [row.name for row in rows] == list(CRYSTALS)
        (indium,) = database.select("e_above_known_hull>0.1")
        assert indium.formula == "InF" and indium.data["reached"] == "relaxed"
        assert "predicted_band_gap" not in rows[0].key_value_pairs
    table = read_local(str(path), ["e_above_known_hull"], {}, "7net-0").set_index("id")
    assert (table["dropped"] == "").all() and list(table.index) == list(CRYSTALS)
    expected = summary().set_index("id")["e_above_known_hull"]
    name = "ccdcgan-000004"
    assert table.loc[name, "e_above_known_hull"] == pytest.approx(expected[name])
    lattice = np.reshape(table.loc[name, "lattice"], (3, 3))
    found = Structure(
        lattice, table.loc[name, "species"], np.reshape(table.loc[name, "frac_coords"], (-1, 3))
    )
    assert found.volume == pytest.approx(INF.volume)


def test_a_variant_without_a_relaxed_crystal_gives_files_without_one(tmp_path: Path) -> None:
    none = relaxed().where([False, False, True])
    rows = relaxed_rows(summary(), none)
    assert not len(rows) and len(list(optimade_lines(rows, none, "7net-0", 0.0))) == 2
    write_ase_database(tmp_path / "none.db", rows, none)
    with ase.db.connect(tmp_path / "none.db") as database:
        assert database.count() == 0
