"""Shards of relaxed crystals are merged in order and checked."""

import pytest
from ase.calculators.emt import EMT

from builders.relaxations import rattled, relaxed
from ccdcgan.core.errors import InputError
from ccdcgan.core.tables import write_table
from ccdcgan.crystals.archives import write_crystals
from ccdcgan.stability.outcomes import merge_shards


def shard(folder, number: int, names: list[str], emt_energies) -> tuple:
    rows, crystals = relaxed(dict.fromkeys(names, rattled()), EMT(), emt_energies, max_steps=1)
    write_table(folder / f"{number}.csv", rows)
    write_crystals(folder / f"{number}.extxyz", crystals)
    return folder / f"{number}.csv", folder / f"{number}.extxyz"


def test_shards_are_merged_in_order_and_checked(tmp_path, emt_energies) -> None:
    paths = [
        shard(tmp_path, 0, ["c", "a"], emt_energies),
        shard(tmp_path, 1, ["b"], emt_energies),
        shard(tmp_path, 2, [], emt_energies),
    ]
    rows, crystals = merge_shards(*zip(*paths, strict=True))
    assert list(rows["id"]) == ["a", "b", "c"] == list(crystals)
    with pytest.raises(InputError, match=r"also in another shard"):
        merge_shards(*zip(paths[0], paths[0], strict=True))
    write_crystals(paths[0][1], {"a": rattled()})
    with pytest.raises(InputError, match=r"0\.extxyz: 1 crystals, but .*'c' is in one only"):
        merge_shards(*zip(*paths, strict=True))
