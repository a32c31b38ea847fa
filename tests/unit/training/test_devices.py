"""Devices that a backend cannot use, and what TensorBoard logs."""

from pathlib import Path

import keras
import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.util.tensor_util import make_ndarray

from ccdcgan.core.errors import InputError
from ccdcgan.training.devices import data_parallel, tensorboard
from ccdcgan.training.loop import Batches, fit


def test_several_gpus_need_a_backend_that_can() -> None:
    with pytest.raises(InputError, match=r"hardware\.backend: jax"), data_parallel(2):
        pass


def test_every_figure_of_every_epoch_is_logged(tmp_path: Path) -> None:
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", loss="mse")
    batches = Batches(8, 4, 1, lambda rows, random: (np.ones((len(rows), 2)), np.ones(len(rows))))
    figures = iter([0.25, 0.75])
    history = fit(
        model,
        batches,
        None,
        tmp_path / "checkpoint",
        epochs=2,
        patience=None,
        measure=lambda: {"share": next(figures)},
        callbacks=tensorboard(str(tmp_path / "logs"), "lattice"),
    )
    logged = EventAccumulator(str(tmp_path / "logs/lattice/train"), {"tensors": 0}).Reload()
    tensors = {
        tag: [float(make_ndarray(event.tensor_proto)) for event in logged.Tensors(tag)]
        for tag in ("epoch_loss", "epoch_share")
    }
    assert tensors["epoch_loss"] == pytest.approx(history["loss"].tolist())
    assert tensors["epoch_share"] == pytest.approx([0.25, 0.75])


def test_nothing_is_logged_unasked() -> None:
    assert tensorboard(None, "lattice") == []
