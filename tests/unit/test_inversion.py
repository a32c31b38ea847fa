"""From latent vectors back to atoms and lattices through the encoder."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pymatgen.core import Lattice, Structure

from ccdcgan.codec.autoencoders import Autoencoders
from ccdcgan.codec.decode import decode_graphs
from ccdcgan.codec.encode import encode_shard
from ccdcgan.codec.graph_table import GRAPHS
from ccdcgan.codec.invert import atoms_of_latents, metrics_of_latents
from ccdcgan.core.artifacts import sha256_of
from ccdcgan.core.errors import InputError
from ccdcgan.core.shards import read_shard
from ccdcgan.crystals.table import from_structure
from ccdcgan.networks.autoencoder import Autoencoder
from ccdcgan.networks.files import load_model, save_model
from ccdcgan.representation.voxel_shards import write_lattice_shard, write_site_shard
from ccdcgan.representation.voxels import lattice_image, quantise, site_image
from ccdcgan.training.pretrained import export_autoencoder, take_autoencoder

SIZES = {"network": "dense", "latent": 96, "width": 128, "blocks": 1}
SITES = {"grid": 64, "sigma": 2.0}
ATOMS = np.array(
    [[0.02, 0.51, 0.98], [0.45, 0.2, 0.31], [0.83, 0.77, 0.66], [0.3, 0.8, 0.1]], dtype="float32"
)


@pytest.fixture(scope="module")
def sites() -> Any:
    """Untrained: its encoder tells images apart, its decoder knows nothing."""
    import keras

    keras.utils.set_random_seed(0)
    return Autoencoder(kind="sites", **SITES, **SIZES)


def guess(coords: np.ndarray, heights: list[float]) -> np.ndarray:
    """A decoded image: atoms of these heights."""
    images = [h * site_image(c[None], 16, 0.75) for c, h in zip(coords, heights, strict=True)]
    return np.sum(images, axis=0)[None].astype("float32")


def worst(found: np.ndarray, true: np.ndarray) -> float:
    offset = found[:, None] - true[None]
    return float(np.abs(offset - np.rint(offset)).max(axis=-1).min(axis=0).max())


@pytest.mark.parametrize(
    ("moved", "heights"),
    [
        (0.0, [0.9, 0.9, 0.9, 0.9]),
        (0.015, [0.9, 0.9, 0.9, 0.9]),
        (0.01, [0.9, 0.8, 0.9, 0.2]),  # one is fainter than the threshold
        (0.01, [0.9, 0.8, 0.9, 0.08]),  # one is not seen at all
        (0.0, [0.9, 0.9, 0.9, 0.9, 0.5]),  # one too many
    ],
)
def test_encoder_corrects_what_the_decoder_guessed(
    sites: Any, moved: float, heights: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    latent = sites.encode(quantise(site_image(ATOMS))[None])
    start = ATOMS + moved
    if len(heights) > len(ATOMS):
        start = np.concatenate([start, [[0.6, 0.4, 0.9]]])
    monkeypatch.setattr(sites, "decode", lambda _: guess(start, heights))
    (found,) = atoms_of_latents(sites, latent, threshold=0.3)
    assert len(found) == len(ATOMS)
    assert worst(found, ATOMS) < 2e-3


def test_nothing_decoded_is_no_atom(sites: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = np.zeros((1, 64, 64, 64), dtype="u1")
    monkeypatch.setattr(sites, "decode", lambda _: np.full((1, 16, 16, 16), 1e-5, "float32"))
    (found,) = atoms_of_latents(sites, sites.encode(empty), threshold=0.3)
    assert len(found) == 0


def test_lattice_follows_from_its_latent_vector(monkeypatch: pytest.MonkeyPatch) -> None:
    import keras

    keras.utils.set_random_seed(1)
    network = Autoencoder(kind="lattice", grid=32, sigma=2.0, **SIZES)
    true = Lattice.from_parameters(3.1, 4.2, 8.7, 75, 95, 118)
    near = Lattice.from_parameters(3.3, 4.0, 8.4, 78, 93, 116)
    latent = network.encode(quantise(lattice_image(true.matrix))[None])
    image = lattice_image(near.matrix, 8)[None]
    monkeypatch.setattr(network, "decode", lambda _: image)
    (metric,) = metrics_of_latents(network, latent)
    np.testing.assert_allclose(metric, true.matrix @ true.matrix.T, atol=0.3)  # of 8-bit images


def test_pretrained_network_is_taken_only_if_it_is_the_one_meant(
    sites: Any, tmp_path: Path
) -> None:
    source, target = tmp_path / "a.keras", tmp_path / "b" / "model.keras"
    save_model(sites, source)
    with pytest.raises(InputError, match=r"a\.keras: SHA-256 .*get the file again"):
        take_autoencoder(str(source), str(target), sha256="0" * 64, voxels=SITES)
    with pytest.raises(InputError, match="was trained on voxels of"):
        take_autoencoder(
            str(source), str(target), sha256=sha256_of(source), voxels=SITES | {"sigma": 1.0}
        )
    assert not target.exists()
    take_autoencoder(str(source), str(target), sha256=sha256_of(source), voxels=SITES)
    images = quantise(site_image(ATOMS))[None]
    np.testing.assert_array_equal(
        load_model(target, Autoencoder).encode(images), sites.encode(images)
    )


def test_an_element_without_a_network_is_named(sites: Any, tmp_path: Path) -> None:
    lattices = Autoencoder(kind="lattice", grid=32, sigma=2.0, **SIZES)
    crystal = Structure(Lattice.cubic(3.0), ["Co", "Hf"], [[0, 0, 0], [0.5, 0.5, 0.5]])
    table = pd.DataFrame([{"id": "a", "split": "test", **from_structure(crystal)}])
    shards = str(tmp_path / "sites.h5"), str(tmp_path / "lattice.h5")
    write_site_shard(shards[0], table, SITES, {})
    write_lattice_shard(shards[1], table, {"grid": 32, "sigma": 2.0}, {})
    networks = Autoencoders(lattices, {27: sites})
    target = tmp_path / "graphs.h5"
    with pytest.raises(InputError, match=r"no autoencoder for Hf: .*combined"):
        encode_shard(target, *shards, table, [], networks, "tiles", {})
    assert not target.exists()
    encode_shard(target, *shards, table, [], Autoencoders(lattices, {0: sites}), "rows", {})
    with read_shard(target, GRAPHS) as file:
        graphs = file["graphs"][:]
    (found,) = decode_graphs(graphs, networks, 0.3, 0.5, layout="rows")
    assert found.status == "no decoder for Hf" and found.structure is None
    with pytest.raises(InputError, match=r"made with sigma 2.0, but 1.0 is asked for"):
        other = Autoencoder(kind="sites", grid=64, sigma=1.0, **SIZES)
        encode_shard(target, *shards, table, [], Autoencoders(lattices, {0: other}), "rows", {})


def test_exported_network_is_half_as_large_and_comes_back(sites: Any, tmp_path: Path) -> None:
    whole, half, back = (tmp_path / f"{name}.keras" for name in ("whole", "half", "back"))
    save_model(sites, whole)
    export_autoencoder(str(whole), str(half))
    assert half.stat().st_size < 0.6 * whole.stat().st_size
    take_autoencoder(str(half), str(back), sha256=sha256_of(half), voxels=SITES)
    images = quantise(site_image(ATOMS))[None]
    found = load_model(back, Autoencoder)
    assert {weight.dtype for weight in found.get_weights()} == {np.dtype("float32")}
    np.testing.assert_allclose(found.encode(images), sites.encode(images), atol=2e-3)


def test_networks_of_the_paper_see_whole_images(monkeypatch: pytest.MonkeyPatch) -> None:
    shape = {"network": "paper", "latent": 16, "width": 4, "blocks": 1}
    network = Autoencoder(kind="sites", grid=32, sigma=2.0, **shape)
    images = quantise(site_image(ATOMS, 32))[None]
    latent = network.encode(images)
    assert latent.shape == (1, 16) and network.decode(latent).shape == (1, 32, 32, 32)
    batch = {"images": images, "shifts": np.zeros((1, 3), "f4")}
    network.compile("adam")
    assert np.isfinite(network.train_on_batch(batch, np.zeros((1, 1), "f4")))
    monkeypatch.setattr(network, "decode", lambda _: images / 255)  # all that it goes by
    (found,) = atoms_of_latents(network, latent, threshold=0.3)
    assert len(found) == len(ATOMS) and worst(found, ATOMS) < 5e-3
    lattices = Autoencoder(kind="lattice", grid=16, sigma=2.0, **shape)
    cell = quantise(lattice_image(Lattice.cubic(4).matrix, 16))[None]
    assert lattices.decode(lattices.encode(cell)).shape == (1, 16, 16, 16)
    monkeypatch.setattr(lattices, "decode", lambda _: cell / 255)
    (metric,) = metrics_of_latents(lattices, lattices.encode(cell))
    np.testing.assert_allclose(metric, 16 * np.eye(3), atol=0.2)
