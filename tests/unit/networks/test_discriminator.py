"""Scores of graphs: of what is there, in whatever place."""

import keras
import numpy as np
import pytest

from builders.gan import SMALL, graph_table
from ccdcgan.networks.discriminator import MAX_COUNT, Discriminator


@pytest.fixture(scope="module")
def network() -> Discriminator:
    keras.utils.set_random_seed(0)
    return Discriminator(**SMALL)


def scores(
    network: Discriminator, places: list[int], counts: np.ndarray | None = None
) -> np.ndarray:
    """The scores (4,) of graphs of cobalt and hafnium whose tiles stand at other places."""
    table = graph_table(4)
    counts = table.counts if counts is None else counts
    inputs = [table.tiles[:, places], table.numbers[:, places], counts[:, places]]
    return np.asarray(network.network(inputs))


def test_the_order_of_elements_does_not_matter(network: Discriminator) -> None:
    first, turned = scores(network, [0, 1, 2]), scores(network, [0, 2, 1])
    np.testing.assert_allclose(first, turned, atol=1e-5)
    assert first.shape == (4,) and np.ptp(first) > 1e-3


def test_empty_places_do_not_matter(network: Discriminator) -> None:
    table = graph_table(4)
    wider = [
        np.pad(values, [(0, 0), (0, 2)] + [(0, 0)] * (values.ndim - 2))
        for values in (table.tiles, table.numbers, table.counts)
    ]
    found = np.asarray(network.network(wider))
    np.testing.assert_allclose(found, scores(network, [0, 1, 2]), atol=1e-5)


def test_counts_matter_up_to_the_largest_that_is_told_apart(network: Discriminator) -> None:
    counts = graph_table(4).counts
    two, three = (scores(network, [0, 1, 2], counts + more) for more in (0, 1))
    assert np.abs(two - three).min() > 1e-4
    most, beyond = (scores(network, [0, 1, 2], counts + MAX_COUNT + more) for more in (0, 7))
    np.testing.assert_array_equal(most, beyond)


def test_whole_graphs_are_scored_as_their_tiles_are(network: Discriminator) -> None:
    table = graph_table(4)
    graphs = table.graphs(np.arange(4))
    places = network.read_tiles(graphs)[1].shape[1]
    counts = np.pad(table.counts, [(0, 0), (0, places - 3)])
    found = np.asarray(network([graphs, counts]))
    np.testing.assert_allclose(found, scores(network, [0, 1, 2]), atol=1e-5)
