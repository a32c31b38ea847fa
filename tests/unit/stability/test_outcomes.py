"""Shards of relaxed crystals are merged in order and checked."""

from pathlib import Path

import pytest
from ase.calculators.emt import EMT

from builders.relaxations import rattled, relaxed
from ccdcgan.core.errors import InputError
from ccdcgan.stability.outcomes import RELAXED, merge_shards, read_relaxed, usable


def shard(folder: Path, number: int, names: list[str], emt_energies) -> Path:
    made = relaxed(dict.fromkeys(names, rattled()), EMT(), emt_energies, max_steps=1)
    made.write(folder / f"{number}.parquet", {})
    return folder / f"{number}.parquet"


def test_shards_are_merged_in_order_and_checked(tmp_path, emt_energies) -> None:
    paths = [
        shard(tmp_path, 0, ["c", "a"], emt_energies),
        shard(tmp_path, 1, ["b"], emt_energies),
        shard(tmp_path, 2, [], emt_energies),
    ]
    merged = merge_shards(paths)
    assert list(merged) == ["a", "b", "c"] == list(merged.structures())
    assert list(merged.table[list(RELAXED)]["id"]) == ["a", "b", "c"]
    with pytest.raises(InputError, match=r"also in another shard"):
        merge_shards([paths[0], paths[0]])
    content = paths[0].read_bytes()
    paths[0].write_bytes(content[: len(content) // 2])
    with pytest.raises(InputError, match=r"0\.parquet: not a readable Parquet file"):
        merge_shards(paths)


def test_a_table_of_something_else_is_refused(tmp_path, emt_energies) -> None:
    made = relaxed({"a": rattled()}, EMT(), {"Cu": emt_energies["Cu"]})
    assert not len(usable(made))
    type(made)(made.table.drop(columns="status")).write(tmp_path / "r.parquet", {})
    with pytest.raises(InputError, match=r"r\.parquet: the columns \['status'\] are missing"):
        read_relaxed(tmp_path / "r.parquet")
