"""Shards of voxels give back what was written."""

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from builders.voxels import LATTICE_SETTINGS, SITE_SETTINGS, caesium_chloride, table_of
from ccdcgan.core.shards import read_shard, strings
from ccdcgan.representation.voxel_shards import (
    LATTICES,
    SITES,
    shard_rows,
    write_lattice_shard,
    write_site_shard,
)
from ccdcgan.representation.voxels import (
    lattice_image,
    quantise,
    site_image,
)


def test_shards_give_back_what_was_written(tmp_path) -> None:
    lithium = Structure(Lattice.cubic(3.5), ["Li"] * 2, [[0, 0, 0], [0.5, 0.5, 0.5]])
    structures = {"a": caesium_chloride(), "b": lithium}
    rows = table_of(structures)
    write_site_shard(tmp_path / "sites.h5", rows, SITE_SETTINGS, {"seed": 7})
    write_lattice_shard(tmp_path / "lattice.h5", rows, LATTICE_SETTINGS, {"seed": 7})
    with read_shard(tmp_path / "sites.h5", SITES, SITE_SETTINGS.model_dump()) as file:
        assert strings(file["id"]) == ["a", "b"]
        assert file["element"][:].tolist() == [3, 48, 3]
        assert file["structure"][:].tolist() == [0, 0, 1]
        assert file["count"][:].tolist() == [1, 1, 2]
        written = quantise(site_image(structures["b"].frac_coords))
        np.testing.assert_array_equal(file["images"][2], written)
        assert file["images"].dtype == np.uint8
    with read_shard(tmp_path / "lattice.h5", LATTICES, LATTICE_SETTINGS.model_dump()) as file:
        written = quantise(lattice_image(structures["a"].lattice.matrix))
        np.testing.assert_array_equal(file["images"][0], written)


def test_shards_share_all_rows() -> None:
    rows = table_of({str(n): caesium_chloride() for n in range(7)})
    parts = [shard_rows(rows, shard, 3)["id"].tolist() for shard in range(3)]
    assert sorted(name for part in parts for name in part) == sorted(rows["id"])
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


def test_a_failed_write_leaves_nothing(tmp_path) -> None:
    rows = table_of({"a": caesium_chloride()}).assign(species=[["Cd", "Xx"]])
    with pytest.raises(ValueError, match="Xx"):
        write_site_shard(tmp_path / "sites.h5", rows, SITE_SETTINGS, {})
    assert list(tmp_path.iterdir()) == []
