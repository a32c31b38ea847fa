"""Convolutions over tiles: graphs of the elements that are asked for, and a property of graphs."""

from pathlib import Path

import keras
import numpy as np

from builders.paper_gan import LATTICE, NOISE, SITES, graph_table
from ccdcgan.networks.files import load_model, save_model
from ccdcgan.networks.tiles import LatentNumbers, TilesGenerator, property_of_tiles
from ccdcgan.representation.graph_layout import present_elements, tiles_of

NUMBERS = np.array([[0, 27, 72], [0, 3, 0], [0, 1, 99]], "i4")


def noise(graphs: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((graphs, NOISE)).astype("f4")


def generator() -> TilesGenerator:
    return TilesGenerator(noise=NOISE, width=8, blocks=1, lattice=LATTICE, sites=SITES)


def test_a_graph_holds_the_elements_that_are_asked_for_and_no_other() -> None:
    tiles = tiles_of(np.asarray(generator()([noise(3), NUMBERS])))
    assert [present_elements(one) for one in tiles] == [[27, 72], [3], [1, 99]]
    assert tiles[:, 0, :LATTICE].all() and not tiles[:, 0, LATTICE:].any()
    assert tiles[0, 27, :SITES].all() and not tiles[0, 27, SITES:].any()
    assert np.abs(tiles).max() < 1


def test_noise_and_elements_decide_a_graph_alone() -> None:
    made = generator()
    both = np.asarray(made([noise(3), NUMBERS]))
    np.testing.assert_allclose(np.asarray(made([noise(3)[:1], NUMBERS[:1]]))[0], both[0], atol=1e-5)
    others = np.asarray(made([noise(3, seed=1), NUMBERS]))
    assert (np.abs(others - both).max(axis=(1, 2)) > 1e-3).all()
    # An element's tile knows of its neighbours, and of more than its own place.
    alone = tiles_of(np.asarray(made([noise(3)[:1], np.array([[0, 27, 0]], "i4")])))
    assert np.abs(alone[0, 27] - tiles_of(both)[0, 27]).max() > 1e-4


def test_a_generator_is_the_same_after_saving(tmp_path: Path) -> None:
    keras.utils.set_random_seed(0)
    made = generator()
    save_model(made, tmp_path / "generator.keras")
    again = load_model(tmp_path / "generator.keras", TilesGenerator)
    inputs = [noise(3), NUMBERS]
    np.testing.assert_array_equal(np.asarray(again(inputs)), np.asarray(made(inputs)))
    layer = LatentNumbers.from_config(LatentNumbers(2, 5).get_config())
    assert (layer.lattice, layer.sites) == (2, 5)


def test_a_property_depends_on_every_tile_of_a_graph() -> None:
    keras.utils.set_random_seed(0)
    network, graphs = property_of_tiles(8, 1), graph_table().graphs(np.array([1]))
    read = float(np.asarray(network([graphs]))[0])
    for row, column in [(0, 0), (2 * 16, 7 * 16), (7 * 16, 2 * 16)]:  # the lattice, Co and Hf
        other = graphs.copy()
        other[0, row : row + 16, column : column + 16] *= -1
        assert abs(float(np.asarray(network([other]))[0]) - read) > 1e-4
