"""The loop: batches of similar size, and a stop at bad numbers."""

import keras
import numpy as np
import pytest

from ccdcgan.core.errors import InputError
from ccdcgan.training.loop import Batches, fit


def test_batches_of_samples_of_similar_size_hold_each_sample_once() -> None:
    sizes = np.random.default_rng(0).integers(1, 21, 103)
    batches = Batches(103, 10, 1, lambda rows, random: rows, sizes=sizes)
    seen = np.concatenate([batches[index] for index in range(batches.num_batches)])
    assert len(seen) == len(set(seen)) == 100
    widths = [np.ptp(sizes[batches[index]]) for index in range(batches.num_batches)]
    assert np.mean(widths) < 5
    assert sizes[batches[0]].max() > sizes[batches[1]].max()
    first = batches[3]
    batches.epoch = 1
    assert set(first) != set(batches[3])


def test_a_nan_loss_stops_and_keeps_the_checkpoint(tmp_path) -> None:
    inputs = keras.Input((2,))
    model = keras.Model(inputs, keras.layers.Dense(1)(inputs))
    model.compile("sgd", "mse")
    values = np.ones((8, 2), "f4")

    def load(rows, random):
        return values[rows], values[rows, :1] * (np.nan if batches.epoch >= 1 else 1.0)

    batches = Batches(8, 4, 1, load)
    with pytest.raises(InputError, match="became NaN or infinite in epoch 2 of 3"):
        fit(model, batches, None, tmp_path, epochs=3, patience=None)
    assert (tmp_path / "backup" / "latest.weights.h5").exists()
