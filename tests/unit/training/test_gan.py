"""The compositions that a training hands on, weighed by the constraints."""

import numpy as np
import pytest

from builders.gan import crystals_of, graph_table
from ccdcgan.training.gan import trained_compositions


def test_constraints_choose_compositions() -> None:
    graphs = graph_table()
    pure = graphs.part("train").numbers[:, 2] == 0
    train = crystals_of(graphs).part("train")
    even = trained_compositions(train, np.zeros(len(pure)), 0.05)
    assert sorted(even.weights) == sorted([pure.mean(), (~pure).mean()])
    chosen = trained_compositions(train, 0.1 * pure, 0.05)
    numbers = np.count_nonzero(chosen.counts, axis=1)
    weights = dict(zip(numbers.tolist(), chosen.weights, strict=True))
    expected = np.array([pure.sum() * np.exp(-2), (~pure).sum()])
    assert [weights[1], weights[2]] == pytest.approx(expected / expected.sum())
