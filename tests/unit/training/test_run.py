"""Results of a training are written before its checkpoints go."""

from pathlib import Path
from typing import Any

import keras
import pandas as pd
import pytest

from builders.settings import SECTIONS, changed
from ccdcgan.training.run import run_training

HARDWARE = changed(SECTIONS.hardware, gpus=0, tensorboard=None)


def outputs_in(folder: Path) -> dict[str, str]:
    return {"model": str(folder / "model.keras"), "history": str(folder / "history.csv")}


def fit(folder: Path, callbacks: list[Any]) -> Any:
    assert callbacks == []
    (folder / "log.json").write_text("{}")
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    return {"model": model}, pd.DataFrame({"epoch": [1], "loss": [0.5]})


def test_network_and_history_are_written_and_checkpoints_removed(tmp_path: Path) -> None:
    outputs = outputs_in(tmp_path)
    run_training(fit, outputs, name="small", identity={}, hardware=HARDWARE)
    written = ["history.csv", "model.keras", "model.keras.sha256"]
    assert sorted(path.name for path in tmp_path.iterdir()) == written
    assert pd.read_csv(outputs["history"])["loss"].tolist() == [0.5]
    assert keras.models.load_model(outputs["model"]).count_params() == 3


def test_checkpoints_stay_where_something_could_not_be_written(tmp_path: Path) -> None:
    def full() -> None:
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space left"):
        run_training(
            fit,
            outputs_in(tmp_path),
            name="small",
            identity={},
            hardware=HARDWARE,
            write_others=full,
        )
    assert (tmp_path / "checkpoint" / "log.json").exists()


def test_logs_are_written_below_the_name_of_the_training(tmp_path: Path) -> None:
    def watched(folder: Path, callbacks: list[Any]) -> Any:
        (callback,) = callbacks
        assert Path(callback.log_dir) == tmp_path / "logs" / "gan/dcgan"
        return fit(folder, [])

    hardware = changed(HARDWARE, tensorboard=str(tmp_path / "logs"))
    run_training(watched, outputs_in(tmp_path), name="gan/dcgan", identity={}, hardware=hardware)
