"""Voxel images: what they show, and that the shards give back what was written."""

import numpy as np
import pandas as pd
import pytest
from pymatgen.core import Lattice, Structure

from ccdcgan.codec.decode import lattice_of_metric
from ccdcgan.codec.peaks import peaks_of_images
from ccdcgan.core.errors import InputError
from ccdcgan.core.shards import read_shard, strings
from ccdcgan.crystals.table import from_structure
from ccdcgan.representation.voxel_shards import (
    LATTICES,
    SITES,
    shard_rows,
    write_lattice_shard,
    write_site_shard,
)
from ccdcgan.representation.voxels import (
    LEVELS,
    lattice_image,
    metric_from_image,
    quantise,
    site_image,
)

SITE_SETTINGS = {"grid": 64, "sigma": 2.0}
LATTICE_SETTINGS = {"grid": 32, "sigma": 2.0}


def plain_site_image(coords: np.ndarray, grid: int, sigma: float) -> np.ndarray:
    """Gaussians laid by hand, voxel by voxel along each axis."""
    image = np.zeros((grid,) * 3)
    axis = np.arange(grid)
    for atom in coords * grid:
        distance = [np.minimum(abs(axis - x), grid - abs(axis - x)) for x in atom]
        squared = sum(np.square(d)[tuple(slice(None) if i == k else None for i in range(3))]
                      for k, d in enumerate(distance))  # fmt: skip
        image += np.exp(-0.5 * squared / sigma**2)
    return np.minimum(image, 1)


def table(structures: dict[str, Structure]) -> pd.DataFrame:
    rows = [{"id": name, "split": "train", **from_structure(s)} for name, s in structures.items()]
    return pd.DataFrame(rows)


def caesium_chloride() -> Structure:
    return Structure(Lattice.cubic(3.3), ["Cd", "Li"], [[0, 0, 0], [0.5, 0.5, 0.5]])


def test_site_image_is_the_sum_of_periodic_gaussians() -> None:
    coords = np.random.default_rng(1).random((5, 3))
    expected = plain_site_image(coords, 64, 2.0)
    np.testing.assert_allclose(site_image(coords, 64, 2.0), expected, atol=2e-6)


def test_lattice_image_holds_the_metric() -> None:
    matrix = Lattice.from_parameters(3.1, 4.2, 9.7, 75, 95, 118).matrix
    metric = metric_from_image(lattice_image(matrix, 32, 2.0), 2.0)
    np.testing.assert_allclose(metric, matrix @ matrix.T, rtol=1e-3, atol=1e-3)


def test_lattice_survives_eight_bits_and_every_fourth_voxel() -> None:
    lattice = Lattice.from_parameters(3.1, 4.2, 9.7, 75, 95, 118)
    image = quantise(lattice_image(lattice.matrix))[::4, ::4, ::4] / LEVELS
    found = lattice_of_metric(metric_from_image(image, 2.0))
    assert found is not None
    np.testing.assert_allclose(found.abc, lattice.abc, rtol=0.02)
    np.testing.assert_allclose(found.angles, lattice.angles, atol=1.5)


def test_an_image_without_a_metric_has_no_lattice() -> None:
    assert lattice_of_metric(metric_from_image(np.ones((8, 8, 8)), 2.0)) is None


def test_atoms_are_found_between_the_voxels() -> None:
    coords = np.array([[0.01, 0.52, 0.99], [0.45, 0.21, 0.33], [0.83, 0.77, 0.66]])
    image = site_image(coords, 16, 0.75)
    ((found, heights),) = peaks_of_images(image[None], threshold=0.4)
    assert (heights > 0.9).all() and (np.diff(heights) <= 0).all()
    assert len(found) == 3
    offset = found[:, None] - coords[None]
    nearest = np.abs(offset - np.rint(offset)).max(axis=-1).min(axis=0)
    assert nearest.max() < 0.002


def test_an_empty_image_has_no_atom() -> None:
    ((found, _),) = peaks_of_images(np.full((1, 16, 16, 16), 1e-4), threshold=0.4)
    assert len(found) == 0


def test_shards_give_back_what_was_written(tmp_path) -> None:
    lithium = Structure(Lattice.cubic(3.5), ["Li"] * 2, [[0, 0, 0], [0.5, 0.5, 0.5]])
    structures = {"a": caesium_chloride(), "b": lithium}
    rows = table(structures)
    write_site_shard(tmp_path / "sites.h5", rows, SITE_SETTINGS, {"seed": 7})
    write_lattice_shard(tmp_path / "lattice.h5", rows, LATTICE_SETTINGS, {"seed": 7})
    with read_shard(tmp_path / "sites.h5", SITES, SITE_SETTINGS) as file:
        assert strings(file["id"]) == ["a", "b"]
        assert file["element"][:].tolist() == [3, 48, 3]
        assert file["structure"][:].tolist() == [0, 0, 1]
        assert file["count"][:].tolist() == [1, 1, 2]
        written = quantise(site_image(structures["b"].frac_coords))
        np.testing.assert_array_equal(file["images"][2], written)
        assert file["images"].dtype == np.uint8
    with read_shard(tmp_path / "lattice.h5", LATTICES, LATTICE_SETTINGS) as file:
        written = quantise(lattice_image(structures["a"].lattice.matrix))
        np.testing.assert_array_equal(file["images"][0], written)


def test_shards_share_all_rows() -> None:
    rows = table({str(n): caesium_chloride() for n in range(7)})
    parts = [shard_rows(rows, shard, 3)["id"].tolist() for shard in range(3)]
    assert sorted(name for part in parts for name in part) == sorted(rows["id"])
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


@pytest.fixture
def shard(tmp_path):
    path = tmp_path / "shard-0000.h5"
    write_site_shard(path, table({"a": caesium_chloride()}), SITE_SETTINGS, {})
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


def test_a_failed_write_leaves_nothing(tmp_path) -> None:
    rows = table({"a": caesium_chloride()})
    rows["species"] = [["Cd", "Xx"]]
    with pytest.raises(ValueError, match="Xx"):
        write_site_shard(tmp_path / "sites.h5", rows, SITE_SETTINGS, {})
    assert list(tmp_path.iterdir()) == []
