"""Devices that share a training, and the logs of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import keras

from ccdcgan.core.errors import InputError


@contextmanager
def data_parallel(gpus: int) -> Iterator[None]:
    """Build and train networks in this block on several devices, a share of each batch on each.

    By Keras' distribution API, for which only the jax backend has code: `InputError` on another
    one, or where fewer devices are there. One GPU, or none, needs nothing.
    """
    if gpus < 2:
        yield
        return
    backend = keras.backend.backend()
    if backend != "jax":
        raise InputError(
            f"config hardware.gpus: {gpus} GPUs for one training need hardware.backend: jax, "
            f"not {backend}"
        )
    devices = keras.distribution.list_devices()
    if len(devices) < gpus:
        raise InputError(
            f"config hardware.gpus: asks for {gpus} devices, but {len(devices)} can be seen"
        )
    with keras.distribution.DataParallel(devices=devices[:gpus]).scope():
        yield


def tensorboard(folder: str | None, name: str) -> list[keras.callbacks.Callback]:
    """Make what writes TensorBoard's logs of a training to folder/name; nothing without one."""
    if folder is None:
        return []
    return [keras.callbacks.TensorBoard(Path(folder) / name, write_graph=False)]
