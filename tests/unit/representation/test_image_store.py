"""Images of voxel shards, read back by row."""

import numpy as np
import pytest

from builders.voxels import SITE_SETTINGS, caesium_chloride, table_of
from ccdcgan.core.errors import InputError
from ccdcgan.representation.image_store import ImageStore, images_of
from ccdcgan.representation.voxel_shards import write_site_shard
from ccdcgan.representation.voxels import quantise, site_image


def test_the_images_of_an_autoencoder_follow_from_its_kind() -> None:
    found = [images_of(kind) for kind in ("lattice", "combined", "Hf")]
    assert found == [("lattice", None), ("sites", None), ("sites", 72)]


def test_images_come_back_by_row_and_element(tmp_path) -> None:
    paths = [str(tmp_path / f"shard-{number}.h5") for number in range(2)]
    for path in paths:
        write_site_shard(path, table_of({path: caesium_chloride()}), SITE_SETTINGS, {})
    every = ImageStore(paths, "sites", SITE_SETTINGS, 2)
    assert every.index["element"].tolist() == [3, 48, 3, 48]
    assert every.part("train").tolist() == [0, 1, 2, 3] and not len(every.part("test"))
    cadmium = ImageStore(paths, "sites", SITE_SETTINGS, 2, 48)
    assert cadmium.index["id"].tolist() == paths
    wanted = quantise(site_image(np.zeros((1, 3))))[::2, ::2, ::2]
    np.testing.assert_array_equal(cadmium.read([1])[0], wanted)
    np.testing.assert_array_equal(cadmium.read([0, 1]), every.read([1, 3]))
    with pytest.raises(InputError, match="no image of element 72"):
        ImageStore(paths, "sites", SITE_SETTINGS, 2, 72)
