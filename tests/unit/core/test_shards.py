"""Damaged shards, and those of other settings or kinds, are refused in one line."""

import pytest

from builders.voxels import SITE_SETTINGS, caesium_chloride, table_of
from ccdcgan.core.errors import InputError
from ccdcgan.core.shards import read_shard
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
