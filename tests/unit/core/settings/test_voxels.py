"""Voxel images of the sites and of the lattices."""

from typing import Any

import pytest

from builders.settings import fault, with_key


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("voxels.sites.grid", 48, ["voxels.sites.grid: 48", "one of [32, 64]"]),
        ("voxels.sites.grid", 64.0, ["voxels.sites.grid: 64.0", "one of [32, 64]"]),
        ("voxels.lattice.grid", True, ["voxels.lattice.grid: true", "one of [16, 32]"]),
        ("voxels.sites.sigma", 9.0, ["voxels.sites.sigma: 9.0", "a maximum of 8"]),
    ],
)
def test_faults(path: str, value: Any, words: list[str]) -> None:
    message = fault(with_key(path, value))
    assert [word for word in words if word not in message] == []
