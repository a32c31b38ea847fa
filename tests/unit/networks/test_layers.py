"""Layers over the tiles of a graph, against the layout that they read."""

import numpy as np

from ccdcgan.crystals.compositions import MAX_ELEMENTS
from ccdcgan.networks.layers import AttentionBlock, GraphOfTiles, TilesOfGraph
from ccdcgan.representation.graph_layout import assemble


def vectors(*numbers: int) -> dict[int, np.ndarray]:
    random = np.random.default_rng(3)
    return {number: random.uniform(-1, 1, 200).astype("f4") for number in numbers}


def test_layers_read_and_write_the_layout() -> None:
    graphs = np.stack([assemble(np.full(32, 0.3), vectors(*z)) for z in ((27, 72), (3,), (1, 99))])
    tiles, numbers, mask = (np.asarray(x) for x in TilesOfGraph()(graphs))
    assert tiles.shape == (3, 1 + MAX_ELEMENTS, 256)
    assert numbers[:, :3].tolist() == [[0, 27, 72], [0, 3, 0], [0, 1, 99]]
    assert mask.sum(axis=1).tolist() == [3, 2, 3]
    np.testing.assert_array_equal(np.asarray(GraphOfTiles()(tiles, numbers, mask)), graphs)


def test_attention_narrower_than_its_heads_leaves_out_what_is_masked() -> None:
    block, tokens = AttentionBlock(heads=4), np.ones((1, 3, 2), "f4") * [[[1], [2], [4]]]
    mask = np.array([[True, True, False]])
    seen = np.asarray(block(tokens, mask))
    other = tokens.copy()
    other[0, 2] = [9, -9]
    assert seen.shape == (1, 3, 2)
    np.testing.assert_allclose(np.asarray(block(other, mask))[:, :2], seen[:, :2], atol=1e-5)
