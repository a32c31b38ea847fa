"""What is around every training: devices, callbacks, results, checkpoints."""

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import keras
import pandas as pd

from ccdcgan.core.settings.hardware import HardwareSettings
from ccdcgan.core.tables import write_table
from ccdcgan.networks.files import save_model
from ccdcgan.training.checkpoints import checkpoints
from ccdcgan.training.devices import data_parallel, tensorboard

Fit = Callable[[Path, list[keras.callbacks.Callback]], tuple[Mapping[str, Any], pd.DataFrame]]


def run_training(
    fit: Fit,
    outputs: Mapping[str, str],
    *,
    name: str,
    identity: Mapping[str, Any],
    hardware: HardwareSettings,
    write_others: Callable[[], None] | None = None,
) -> None:
    """Train networks and write them with their history.

    fit: given a folder for checkpoints and callbacks, returns the trained networks by their names
    among the outputs, and the history. outputs: paths of the networks and of `history`, beside
    which the checkpoints stand until all is written. name: of TensorBoard's logs. identity: all
    that the training depends on; see `checkpoints`, which also says what it raises.
    write_others: writes what else is an output.
    """
    folder = Path(outputs["history"]).parent / "checkpoint"
    with checkpoints(folder, identity):
        with data_parallel(hardware.gpus):
            networks, history = fit(folder, tensorboard(hardware.tensorboard, name))
        if write_others:
            write_others()
        write_table(outputs["history"], history)
        for output, network in networks.items():
            save_model(network, outputs[output])
        shutil.rmtree(folder, ignore_errors=True)
