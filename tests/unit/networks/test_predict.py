"""Predictions come in the order asked for, however they are batched."""

import keras
import numpy as np
import pytest

from builders.gan import SMALL, crystals_of, graph_table
from ccdcgan.crystals.arrays import select
from ccdcgan.networks import predict as module
from ccdcgan.networks.constraint import Constraint
from ccdcgan.networks.predict import predict


def varied(model: Constraint) -> Constraint:
    for weight in model.weights:
        weight.assign(np.random.default_rng(1).normal(0.0, 0.2, weight.shape))
    return model


def test_crystals_of_all_sizes_keep_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    keras.utils.set_random_seed(0)
    model = varied(Constraint(name="energy", kind="atoms", mean=-1.0, spread=2.0, **SMALL))
    crystals = crystals_of(graph_table(12)).arrays()
    whole = predict(model, crystals)
    assert whole.shape == (12,) and np.ptp(whole) > 1e-3
    monkeypatch.setattr(module, "BATCH", 5)
    np.testing.assert_allclose(predict(model, crystals), whole, atol=1e-4)
    for row in (0, 7):
        one = select(crystals, np.array([row]))
        np.testing.assert_allclose(predict(model, one), whole[row], atol=1e-4)


def test_graphs_are_read_where_the_network_reads_graphs(monkeypatch: pytest.MonkeyPatch) -> None:
    keras.utils.set_random_seed(0)
    shape = {"width": 2, "blocks": 5}
    model = varied(Constraint(name="energy", kind="paper", mean=-1.0, spread=2.0, **shape))
    graphs = graph_table(8).graphs(np.arange(8))
    whole = predict(model, {"graphs": graphs})
    assert whole.shape == (8,) and np.ptp(whole) > 1e-4
    monkeypatch.setattr(module, "BATCH", 3)
    np.testing.assert_allclose(predict(model, {"graphs": graphs}), whole, atol=1e-4)
