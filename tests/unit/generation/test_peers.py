"""Crystals of other models: every structure of a file is a row, whatever is wrong with it."""

import shutil
from pathlib import Path

import ase.io
import pandas as pd
import pytest
from pymatgen.analysis.structure_matcher import StructureMatcher
from pymatgen.io.ase import AseAtomsAdaptor

from builders.peers import GOOD, write_cifs
from builders.settings import changed
from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.limits import USUAL
from ccdcgan.crystals.compositions import Compositions
from ccdcgan.crystals.table import Crystals
from ccdcgan.generation.baselines import baseline_shard, random_crystals
from ccdcgan.generation.peers import parts, read_peer
from ccdcgan.stability.screen import funnel, screen


def read(path: Path) -> Crystals:
    return read_peer(path, "other", min_distance=0.5)


def test_every_structure_of_the_file_is_a_row_and_bad_ones_say_why(tmp_path: Path) -> None:
    made = read(write_cifs(tmp_path / "cifs"))
    assert list(made) == [f"other-{number:06d}" for number in range(5)]
    rows = made.table.set_index("given_id")
    assert rows.loc[["b1", "b2"], "status"].tolist() == ["valid", "valid"]
    assert rows.loc["close", "status"] == "atoms too close"
    assert rows.loc["shared", "status"].startswith("partial occupancy")
    assert rows.loc["torn", "status"].startswith("unreadable CIF")
    assert rows["species"].notna().sum() == 2
    assert rows.loc["close", "min_distance"] == pytest.approx(0.33)


def test_all_of_them_count_when_they_are_screened(tmp_path: Path) -> None:
    made = read(write_cifs(tmp_path / "cifs"))
    none = Crystals.of_structures({}).assign(kind=[], split=[])
    rows = screen(made, none)
    assert funnel(rows)["count"].tolist() == [5, 2, 2, 2]
    assert rows["dropped"].str.startswith("partial occupancy").sum() == 1


def test_crystals_are_brought_into_their_primitive_cells(tmp_path: Path) -> None:
    made = read(write_cifs(tmp_path / "cifs"))
    rows = made.table.set_index("given_id")
    assert rows.loc["b1", "num_sites"] == 2 and rows.loc["b1", "space_group"] == 225
    assert rows.loc["b2", "num_sites"] == 2 and rows.loc["b2", "space_group"] == 221
    for name in GOOD:
        crystal = made.structure(rows.loc[name, "id"])
        assert StructureMatcher(scale=False).fit(crystal, GOOD[name])
        assert crystal.volume / 2 == pytest.approx(GOOD[name].volume / len(GOOD[name]))


def test_other_kinds_of_file_give_the_same(tmp_path: Path) -> None:
    images = [AseAtomsAdaptor.get_atoms(GOOD[name]) for name in sorted(GOOD)]
    ase.io.write(tmp_path / "x.extxyz", images, format="extxyz")
    Crystals.of_structures({name: GOOD[name] for name in sorted(GOOD)}).write(
        tmp_path / "x.parquet", {}
    )
    folder = write_cifs(tmp_path / "cifs")
    for name in ("close", "shared", "torn"):
        (folder / f"{name}.cif").unlink()
    shutil.make_archive(str(tmp_path / "x"), "zip", folder)
    expected = read(folder)
    for kind in ("extxyz", "parquet", "zip"):
        found = read(tmp_path / f"x.{kind}")
        pd.testing.assert_frame_equal(
            found.table[["id", "status", "formula", "num_sites", "space_group"]],
            expected.table[["id", "status", "formula", "num_sites", "space_group"]],
        )


def test_ids_that_stand_twice_are_two_crystals(tmp_path: Path) -> None:
    table = Crystals.of_structures(GOOD).table
    pd.concat([table, table]).to_parquet(tmp_path / "x.parquet")
    made = read(tmp_path / "x.parquet")
    assert made["given_id"].tolist() == ["b2", "b1"] * 2 and len(set(made)) == 4


def test_the_columns_are_those_of_the_other_baselines(tmp_path: Path) -> None:
    train = Crystals.of_structures(GOOD)
    asked = {"shard": 0, "shards": 1, "graphs": 1, "min_distance": 0.5, "seed": 1}
    maker = random_crystals(train)
    made = baseline_shard(
        maker, Compositions.of_training(train["species"]), variant="random", **asked
    )
    expected = [*made.table.columns, "given_id"]
    assert list(read(write_cifs(tmp_path / "cifs")).table.columns) == expected


def test_there_may_be_fewer_crystals_than_parts(tmp_path: Path) -> None:
    made = read(write_cifs(tmp_path / "cifs"))
    cut = parts(made, 7)
    assert [len(part) for part in cut] == [1] * 5 + [0, 0]
    for number, part in enumerate(cut):
        part.write(tmp_path / f"{number}.parquet", {})
    again = Crystals.read_all([tmp_path / f"{number}.parquet" for number in range(7)])
    assert list(again) == list(made)


def test_a_file_that_cannot_be_read_is_one_line_that_names_the_baseline(tmp_path: Path) -> None:
    (tmp_path / "x.parquet").write_bytes(b"no table")
    with pytest.raises(InputError, match=r"^baselines\.other: .*x\.parquet"):
        read(tmp_path / "x.parquet")
    (tmp_path / "x.doc").write_text("")
    with pytest.raises(InputError, match=r"^baselines\.other: .*x\.doc: unknown kind of file"):
        read(tmp_path / "x.doc")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"^baselines\.other: no structure at all came in"):
        read(tmp_path / "empty")


def test_a_structure_beyond_the_limits_is_a_row(tmp_path: Path) -> None:
    Crystals.of_structures(GOOD).write(tmp_path / "x.parquet", {})
    limits = changed(USUAL, atoms=4)
    made = read_peer(tmp_path / "x.parquet", "other", min_distance=0.5, limits=limits)
    assert made["status"].tolist()[0] == "valid"
    assert made["status"].tolist()[1].startswith("too large: 8 atoms")
