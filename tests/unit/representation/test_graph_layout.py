"""Graphs: their two layouts, and what does not fit."""

import numpy as np
import pytest

from ccdcgan.core.errors import InputError
from ccdcgan.representation.graph_layout import assemble, present_elements, tiles_of


def vectors(*numbers: int) -> dict[int, np.ndarray]:
    random = np.random.default_rng(3)
    return {number: random.uniform(-1, 1, 200).astype("f4") for number in numbers}


@pytest.mark.parametrize("layout", ["tiles", "rows"])
def test_the_layout_is_exactly_invertible(layout: str) -> None:
    lattice, elements = np.linspace(-0.9, 0.9, 32, dtype="f4"), vectors(1, 27, 72, 99)
    graph = assemble(lattice, elements, layout)
    assert graph.shape == (160, 160)
    tiles = tiles_of(graph, layout)
    assert present_elements(tiles) == [1, 27, 72, 99]
    np.testing.assert_array_equal(tiles[0, :32], lattice)
    for number, vector in elements.items():
        np.testing.assert_array_equal(tiles[number, :200], vector)
        assert not tiles[number, 200:].any()
    assert not tiles[[2, 50, 98]].any()


def test_a_tile_is_a_square_of_the_graph() -> None:
    graph = assemble(np.ones(256, "f4"), {27: np.full(256, 0.5, "f4")})
    row, column = divmod(27, 10)
    square = graph[16 * row : 16 * row + 16, 16 * column : 16 * column + 16]
    assert (square == 0.5).all()
    assert np.count_nonzero(graph) == 2 * 256


def test_the_layout_of_the_paper_puts_the_lattice_into_the_first_row() -> None:
    graph = assemble(np.ones(160, "f4"), {1: np.full(200, 0.5, "f4"), 2: np.ones(7)}, "rows")
    assert (graph[0] == 1).all()
    assert (graph[1] == 0.5).all() and (graph[2, :40] == 0.5).all()
    assert graph[2, 40:47].tolist() == [1] * 7
    assert np.count_nonzero(graph) == 160 + 200 + 7
    with pytest.raises(InputError, match="201 latent numbers; rows hold 200"):
        assemble(np.ones(32), {3: np.ones(201)}, "rows")


@pytest.mark.parametrize(
    ("elements", "message"),
    [
        ({100: np.ones(5)}, "atomic number 100 has no tile"),
        ({3: np.ones(257)}, "257 latent numbers; tiles hold 256"),
        ({3: np.zeros(5)}, "zero throughout"),
        ({3: np.array([1.0, np.nan])}, "not finite"),
    ],
)
def test_what_does_not_fit_is_one_line(elements: dict[int, np.ndarray], message: str) -> None:
    with pytest.raises(InputError, match=message):
        assemble(np.ones(32), elements)
