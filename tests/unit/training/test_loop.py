"""The loop: batches of similar size, and a stop at bad numbers."""

import os
import subprocess

import keras
import numpy as np
import pytest

from ccdcgan.core.errors import InputError
from ccdcgan.training import loop
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


@pytest.fixture
def small_disk(tmp_path):
    """A disk of three megabytes, which takes the right to mount one."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(tmp_path)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("a small disk cannot be mounted here")
    yield tmp_path
    subprocess.run(["umount", str(tmp_path)], check=True)


def test_a_checkpoint_without_room_is_one_line_and_the_one_before_it_stays(
    small_disk, monkeypatch, caplog
) -> None:
    monkeypatch.setattr(loop, "CHECKPOINT_SECONDS", 0)

    def train(epochs: int) -> list[int]:
        keras.utils.set_random_seed(1)
        inputs = keras.Input((2,))
        wide = keras.layers.Dense(60_000)(inputs)  # a checkpoint of almost a megabyte
        model = keras.Model(inputs, keras.layers.Dense(1)(wide))
        model.compile("sgd", "mse")
        values = np.ones((8, 2), "f4")
        batches = Batches(8, 4, 1, lambda rows, _: (values[rows], values[rows, :1]))
        folder = small_disk / "checkpoint"
        return fit(model, batches, None, folder, epochs=epochs, patience=None)["epoch"].tolist()

    assert train(1) == [1]
    filler = small_disk / "filler"
    filler.write_bytes(bytes(1_800_000))
    with pytest.raises(OSError, match="No space left on device"):  # of which `job` makes one line
        train(3)
    filler.unlink()
    with caplog.at_level("INFO"):
        assert train(3) == [1, 2, 3]
    assert "resuming after epoch 1" in caplog.text
