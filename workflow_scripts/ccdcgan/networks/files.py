"""Networks on disk, and what all of them need."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import keras
from keras import ops

from ccdcgan.core.artifacts import atomic, check_digest, write_digest
from ccdcgan.core.errors import InputError


@contextmanager
def precision(policy: str) -> Iterator[None]:
    """Build and train networks in this block in a precision (Keras' name), such as mixed_bfloat16.

    Weights and losses stay in single precision under the mixed ones.
    """
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def parameters(model: keras.Model) -> int:
    """Count the trainable parameters."""
    return int(sum(math.prod(weight.shape) for weight in model.trainable_weights))


def load_model(path: str | Path, kind: type[Any] | tuple[type[Any], ...]) -> Any:
    """Load a saved network of the class `kind` (or one of them); `InputError` if it is none.

    The file is held against the digest that `save_model` has written beside it, before anything of
    it is read.
    """
    try:
        check_digest(path)
        model = keras.models.load_model(path, safe_mode=True, compile=False)
    except (InputError, MemoryError):
        raise
    except Exception as error:  # Keras, zipfile and HDF5 raise many kinds for a damaged file
        reason = " ".join(str(error).split())[:300]
        raise InputError(f"{path}: no readable Keras model ({reason}); train it again") from None
    if not isinstance(model, kind):
        wanted = " or ".join(one.__name__ for one in (kind if isinstance(kind, tuple) else (kind,)))
        raise InputError(f"{path}: holds a {type(model).__name__}, not a {wanted}")
    return model


def save_model(model: keras.Model, path: str | Path) -> None:
    """Save a network as a `.keras` file, atomically, and its SHA-256 beside it."""
    with atomic(path) as temporary:
        model.save(temporary)
    write_digest(path)


def to_numpy(value: Any) -> Any:
    """Bring a tensor of any backend to NumPy."""
    return ops.convert_to_numpy(value)
