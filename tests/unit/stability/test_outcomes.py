"""Shards of relaxed crystals are merged in order and checked."""

from pathlib import Path

import pytest
from ase.calculators.emt import EMT

from builders.relaxations import AUCU3, rattled, relaxed
from ccdcgan.core.errors import InputError
from ccdcgan.stability.outcomes import (
    RELAXED,
    first_of_equals,
    is_new,
    merge_shards,
    read_relaxed,
    usable,
)


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
    assert set(merged["status"]) == {"not converged"} and set(merged["duplicate_after"]) == {""}
    with pytest.raises(InputError, match=r"also in another shard"):
        merge_shards([paths[0], paths[0]])
    content = paths[0].read_bytes()
    paths[0].write_bytes(content[: len(content) // 2])
    with pytest.raises(InputError, match=r"0\.parquet: not a readable Parquet file"):
        merge_shards(paths)


def test_the_lowest_of_equal_crystals_stands_for_all(tmp_path, emt_energies) -> None:
    far = AUCU3.copy()
    far.translate_sites([1], [0.05, 0.04, -0.03])
    made = relaxed({"a": far, "b": AUCU3, "c": rattled()}, EMT(), emt_energies, fmax=0.05)
    assert set(made["status"]) == {"relaxed"}
    made.write(tmp_path / "r.parquet", {})
    merged = merge_shards([tmp_path / "r.parquet"])
    lowest = merged["id"][merged["formation_energy_after"].idxmin()]
    assert merged["duplicate_after"].tolist() == [
        "" if name == lowest else lowest for name in ("a", "b", "c")
    ]
    assert list(first_of_equals(merged)) == [lowest]
    assert is_new(merged.assign(matches_after="")).tolist() == [
        name == lowest for name in ("a", "b", "c")
    ]


def test_only_converged_crystals_count_unless_others_are_asked_for(emt_energies) -> None:
    (near,) = relaxed({"a": AUCU3}, EMT(), emt_energies).structures().values()
    made = relaxed({"a": rattled(), "b": near}, EMT(), emt_energies, max_steps=1)
    assert made["status"].tolist() == ["not converged", "relaxed"]
    assert list(usable(made)) == ["b"]
    assert list(usable(made, keep_unconverged=True)) == ["a", "b"]


def test_a_table_of_something_else_is_refused(tmp_path, emt_energies) -> None:
    made = relaxed({"a": rattled()}, EMT(), {"Cu": emt_energies["Cu"]})
    assert not len(usable(made))
    made = made.assign(duplicate_after="")
    type(made)(made.table.drop(columns="status")).write(tmp_path / "r.parquet", {})
    with pytest.raises(InputError, match=r"r\.parquet: the columns \['status'\] are missing"):
        read_relaxed(tmp_path / "r.parquet")
