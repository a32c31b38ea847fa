"""Convolutions over tiles: graphs of the elements that are asked for, and a property of graphs."""

from pathlib import Path

import keras
import numpy as np

from builders.paper_gan import LATTICE, NOISE, SITES, graph_table
from ccdcgan.networks.files import load_model, save_model
from ccdcgan.networks.tiles import LatentNumbers, TilesGenerator, property_of_tiles
from ccdcgan.representation.graph_layout import present_elements, tiles_of

NUMBERS = np.array([[0, 27, 72], [0, 3, 0], [0, 1, 99]], "i4")
EACH = (NOISE - LATTICE) // 4  # numbers of the noise for each of four elements


def noise(graphs: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((graphs, NOISE)).astype("f4")


def generator(rounds: int = 3) -> TilesGenerator:
    made = TilesGenerator(
        noise=NOISE, width=8, blocks=1, lattice=LATTICE, sites=SITES, rounds=rounds
    )
    tiles = graph_table().tiles
    made.set_latent(tiles[:, 0], tiles[:, 1])
    return made


def test_a_graph_holds_the_elements_that_are_asked_for_and_no_other() -> None:
    tiles = tiles_of(np.asarray(generator()([noise(3), NUMBERS])))
    assert [present_elements(one) for one in tiles] == [[27, 72], [3], [1, 99]]
    assert tiles[:, 0, :LATTICE].all() and not tiles[:, 0, LATTICE:].any()
    assert tiles[0, 27, :SITES].all() and not tiles[0, 27, SITES:].any()
    assert np.abs(tiles).max() <= 1


def test_noise_and_elements_decide_a_graph_alone() -> None:
    made = generator()
    both = np.asarray(made([noise(3), NUMBERS]))
    np.testing.assert_allclose(np.asarray(made([noise(3)[:1], NUMBERS[:1]]))[0], both[0], atol=1e-5)
    others = np.asarray(made([noise(3, seed=1), NUMBERS]))
    assert (np.abs(others - both).max(axis=(1, 2)) > 1e-3).all()
    # An element's tile knows of its neighbours, and of more than its own place.
    alone = tiles_of(np.asarray(made([noise(3)[:1], np.array([[0, 27, 0]], "i4")])))
    assert np.abs(alone[0, 27] - tiles_of(both)[0, 27]).max() > 1e-5


def test_the_noise_lies_along_the_principal_axes_of_the_latent_vectors() -> None:
    random = np.random.default_rng(2)
    made = TilesGenerator(noise=NOISE, width=8, blocks=1, lattice=LATTICE, sites=SITES, rounds=1)
    vectors = np.zeros((500, 256))
    vectors[:, 3] = 2 + 3 * random.standard_normal(500)
    vectors[:, 5] = random.standard_normal(500)
    made.set_latent(np.eye(256)[:LATTICE], vectors)
    assert made.each == EACH
    start = np.asarray(made.start(noise(400), np.tile(NUMBERS[:1], (400, 1))))
    assert np.abs(start[:, 1, [3, 5]].std(axis=0) - 1).max() < 0.15  # of the size of one
    assert start[:, 0, :LATTICE].std() > 0.9 and not start[:, 0, LATTICE:].any()
    assert np.abs(np.corrcoef(start[:, 1, 3], start[:, 2, 3])[0, 1]) < 0.2  # each its own
    tiles = np.zeros((1, 3, 256), "f4")
    tiles[0, 1:, 3] = 0.4
    scaled = made.scaled(tiles, NUMBERS[:1])
    np.testing.assert_allclose(made.tiles(scaled, NUMBERS[:1])[0, 1, 3], 0.4, atol=1e-5)


def test_one_round_is_the_mean_and_more_of_them_lead_to_what_is_found() -> None:
    """With a network that knows the answer every number of rounds ends there."""

    class Known(keras.Model):
        def call(self, inputs, training=None):
            return keras.ops.ones_like(inputs[0]) * 0.3

    for rounds in (1, 2, 5):
        made = generator(rounds)
        made.network = Known()
        tiles = tiles_of(np.asarray(made([noise(3), NUMBERS])))
        expected = np.asarray(made.tiles(np.full((3, 3, 256), 0.3, "f4"), NUMBERS))
        np.testing.assert_allclose(tiles[0, 27], expected[0, 1], atol=1e-5)


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
