"""What an autoencoder brings back, by what stands in for its decoding."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from pymatgen.core import Element

from builders.structures import NACL, ODD
from builders.voxels import LATTICE_SETTINGS, SITE_SETTINGS
from ccdcgan.crystals.table import Crystals
from ccdcgan.evaluation import reconstruction
from ccdcgan.evaluation.reconstruction import compare_lattices, compare_sites, measure
from ccdcgan.networks.autoencoder import Autoencoder
from ccdcgan.representation.image_store import ImageStore
from ccdcgan.representation.voxel_shards import write_lattice_shard, write_site_shard

STRUCTURES = {"salt": NACL, "odd": ODD}
CRYSTALS = Crystals.of_structures(STRUCTURES).assign(split=["train", "test"])


@pytest.fixture(scope="module")
def shards(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("voxels")
    paths = {kind: str(folder / f"{kind}.h5") for kind in ("sites", "lattice")}
    write_site_shard(paths["sites"], CRYSTALS, SITE_SETTINGS, {})
    write_lattice_shard(paths["lattice"], CRYSTALS, LATTICE_SETTINGS, {})
    return paths


@pytest.fixture(scope="module")
def lattice_network() -> Autoencoder:
    shape = {"network": "dense", "latent": 12, "width": 16, "blocks": 1}
    return Autoencoder(kind="lattice", grid=32, sigma=2.0, **shape)


def sites_of(store: ImageStore, moved: dict[str, float]) -> list[np.ndarray]:
    """The atoms that the images show, sodium moved along all axes."""
    found = []
    for row in store.index.itertuples():
        crystal = STRUCTURES[row.id]
        symbol = Element.from_Z(row.element).symbol
        coords = [site.frac_coords for site in crystal if site.specie.symbol == symbol]
        found.append(np.array(coords) + moved.get(row.id, 0.0) * (symbol == "Na"))
    return found


@pytest.mark.parametrize(
    ("element", "moved", "expected"),
    [
        (None, {}, {"salt": True, "odd": True}),
        (None, {"salt": 0.25}, {"salt": False, "odd": True}),  # as in zinc blende
        (11, {"salt": 0.25}, {"salt": True}),  # of sodium alone: it has another origin, no more
    ],
)
def test_crystals_come_back_where_their_atoms_do(
    shards: dict[str, str],
    site_network: Autoencoder,
    monkeypatch: pytest.MonkeyPatch,
    element: int | None,
    moved: dict[str, float],
    expected: dict[str, bool],
) -> None:
    store = ImageStore([shards["sites"]], "sites", SITE_SETTINGS, site_network.stride, element)
    atoms = sites_of(store, moved)
    monkeypatch.setattr(reconstruction, "atoms_of_latents", lambda *_: atoms)
    table = compare_sites(store, CRYSTALS, site_network, 0.3).set_index("id")
    assert table["reproduced"].to_dict() == expected
    assert table["split"].to_dict() == {n: {"salt": "train", "odd": "test"}[n] for n in expected}
    assert set(table["num_sites"]) == set(table["decoded_sites"]) == {2 if element is None else 1}
    same = table[table["reproduced"]]
    assert (same["rms"] < 1e-3).all()


@pytest.mark.parametrize(("stretch", "reproduced"), [(1.1, True), (1.3, False)])
def test_lattices_come_back_within_the_tolerances(
    shards: dict[str, str],
    lattice_network: Autoencoder,
    monkeypatch: pytest.MonkeyPatch,
    stretch: float,
    reproduced: bool,
) -> None:
    store = ImageStore([shards["lattice"]], "lattice", LATTICE_SETTINGS, lattice_network.stride)
    axes = [
        np.diag([stretch, 1, 1]) @ STRUCTURES[name].lattice.matrix for name in store.index["id"]
    ]
    metrics = np.array([one @ one.T for one in axes])
    monkeypatch.setattr(reconstruction, "metrics_of_latents", lambda *_: metrics)
    table = compare_lattices(store, CRYSTALS, lattice_network)
    assert table["reproduced"].tolist() == [reproduced] * 2
    np.testing.assert_allclose(table["length_error"], stretch - 1, atol=1e-6)
    np.testing.assert_allclose(table["angle_error"], 0, atol=1e-4)


def test_the_test_part_is_measured_beside_as_many_of_the_training_part(
    shards: dict[str, str], lattice_network: Autoencoder
) -> None:
    training = Crystals.of_structures({"a": NACL, "b": NACL}).assign(split="train")
    every = Crystals.join([CRYSTALS.part("test"), training])
    asked: list[Any] = []

    def compare(store: ImageStore, sample: Crystals, network: Autoencoder) -> pd.DataFrame:
        asked.append((sample, network))
        return pd.DataFrame()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reconstruction, "compare_lattices", compare)
        paths = [shards["lattice"]]
        measure(lattice_network, paths, LATTICE_SETTINGS, every, 0.3, 1, kind="lattice")
    ((sample, network),) = asked
    assert sample["split"].tolist() == ["test", "train"] and network is lattice_network
