"""Damaged shards, and those of other settings or kinds, are refused in one line."""

import random

import h5py
import numpy as np
import pytest

from builders.voxels import SITE_SETTINGS, caesium_chloride, table_of
from ccdcgan.core.errors import InputError
from ccdcgan.core.shards import read_shard, strings, write_shard
from ccdcgan.representation.voxel_shards import LATTICES, SITES, write_site_shard


@pytest.fixture
def shard(tmp_path):
    path = tmp_path / "shard-0000.h5"
    write_site_shard(path, table_of({"a": caesium_chloride()}), SITE_SETTINGS, {})
    return path


def test_a_truncated_shard_is_one_line(shard) -> None:
    shard.write_bytes(shard.read_bytes()[: shard.stat().st_size // 2])
    with (
        pytest.raises(InputError, match=r"shard-0000\.h5: .*truncated.*delete it"),
        read_shard(shard, SITES),
    ):
        pass


def test_a_corrupt_chunk_is_one_line(shard) -> None:
    with read_shard(shard, SITES) as file:
        place = file["images"].id.get_chunk_info(0)
    content = bytearray(shard.read_bytes())
    content[place.byte_offset : place.byte_offset + place.size] = b"\xff" * place.size
    shard.write_bytes(bytes(content))
    with (
        pytest.raises(InputError, match=r"shard-0000\.h5: damaged"),
        read_shard(shard, SITES) as file,
    ):
        file["images"][0]


def test_a_shard_of_other_settings_is_refused(shard) -> None:
    with (
        pytest.raises(InputError, match=r"made with sigma 2\.0, but 3\.0 is asked for"),
        read_shard(shard, SITES, {"sigma": 3.0}),
    ):
        pass


def test_a_shard_of_another_kind_is_refused(shard) -> None:
    with pytest.raises(InputError, match="holds kind 'site voxels'"), read_shard(shard, LATTICES):
        pass


def content_of(path) -> dict[str, list]:
    with read_shard(path, SITES, {"grid": 16}) as file:
        texts = {name: strings(file[name]) for name in ("id", "split")}
        numbers = ("images", "structure", "element", "count")
        return texts | {name: file[name][:].tolist() for name in numbers}


def test_no_changed_bit_of_a_shard_goes_unseen(tmp_path) -> None:
    path, random_ = tmp_path / "shard-0000.h5", random.Random(1)
    with write_shard(path, SITES, {"grid": 16}, {}) as shard:
        shard.array("images", (16, 16, 16), "u1")
        shard.append("images", np.random.default_rng(0).integers(0, 255, (3, 16, 16, 16), "u1"))
        for name, kind in (("structure", "i4"), ("element", "u1"), ("count", "u1")):
            shard.column(name, np.arange(3, dtype=kind))
        shard.strings("id", ["mp-1", "Ω", ""])
        shard.strings("split", ["train", "test", "validation"])
    content, whole = path.read_bytes(), content_of(path)
    assert whole["id"] == ["mp-1", "Ω", ""]
    changed = []
    for place in random_.sample(range(len(content)), 400):
        damaged = bytearray(content)
        damaged[place] ^= 1 << random_.randrange(8)
        path.write_bytes(bytes(damaged))
        try:
            changed += [place] if content_of(path) != whole else []
        except InputError as error:
            assert "shard-0000.h5: " in str(error)
    assert changed == []


def test_every_array_of_a_shard_has_checksums(shard) -> None:
    with h5py.File(shard) as file:
        assert {name for name, one in file.items() if not one.fletcher32} == set()
        assert len(file) == 6


def test_a_shard_without_a_row_and_one_of_before_are_read(tmp_path) -> None:
    with write_shard(tmp_path / "empty.h5", SITES, {}, {}) as shard:
        shard.strings("id", [])
        shard.column("count", np.zeros(0, "u1"))
    with read_shard(tmp_path / "empty.h5", SITES) as file:
        assert strings(file["id"]) == [] and len(file["count"]) == 0
    with h5py.File(tmp_path / "old.h5", "w") as file:
        file.attrs["schema_version"], file.attrs["kind"] = 1, SITES
        file.create_dataset("id", data=["a", "bc"], dtype=h5py.string_dtype())
    with read_shard(tmp_path / "old.h5", SITES) as file:
        assert strings(file["id"]) == ["a", "bc"]


def test_no_room_for_another_file_is_no_damage_of_the_shard(shard) -> None:
    with pytest.raises(OSError, match="No space"), read_shard(shard, SITES):
        raise OSError(28, "No space left on device", "another.h5")
