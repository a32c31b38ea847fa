"""Training that survives a kill: checkpoints, a log of the epochs, early stopping."""

import json
import logging
import math
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd

from ccdcgan.core.artifacts import atomic, write_json
from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.denoiser import DenoiserSettings
from ccdcgan.core.settings.refiner import RefinerSettings
from ccdcgan.networks.base import build_optimizer
from ccdcgan.networks.files import to_numpy

logger = logging.getLogger(__name__)
WORTH_COMPILING = 400  # updates, in which compiling gains as much time as it takes
CHECKPOINT_SECONDS = 30.0
POOL = 32  # batches whose samples are sorted by size together


class Batches(keras.utils.PyDataset):
    """Batches of `size` of `samples` rows, the same ones for a seed, epoch and number.

    `load(rows, random)` makes the inputs of a batch from row numbers and a random generator.
    With `shuffle` off, rows come in order (for validation). The last, incomplete batch is left
    out when shuffling, so that every update has the same size. On several devices a batch is a
    multiple of their number, for which less than one row a device is left out of the validation.
    With `sizes`, a number of each sample, those of similar size come together.
    """

    def __init__(
        self,
        samples: int,
        size: int,
        seed: int,
        load: Callable[[Any, np.random.Generator], Any],
        *,
        shuffle: bool = True,
        steps: int | None = None,
        sizes: Any = None,
    ) -> None:
        super().__init__()
        self.sizes = sizes
        self._orders: dict[int, Any] = {}
        self.samples, self.seed, self.load = samples, seed, load
        self.shuffle, self.epoch = shuffle, 0
        devices = devices_in_use()
        self.size = max(min(size, samples) // devices, 1) * devices
        self.samples = samples if shuffle or devices == 1 else samples // devices * devices
        whole = samples // self.size if shuffle else math.ceil(self.samples / self.size)
        self.steps = steps or whole

    @property
    def num_batches(self) -> int:
        """Return the number of batches of an epoch."""
        return self.steps

    def __getitem__(self, index: int) -> Any:
        random = np.random.default_rng([self.seed, self.epoch, index])
        order = self._order()
        if not self.shuffle:
            return self.load(order[index * self.size :][: self.size], random)
        rows = np.take(order, np.arange(index * self.size, (index + 1) * self.size), mode="wrap")
        return self.load(np.sort(rows), random)

    def _order(self) -> Any:
        if self.epoch not in self._orders:
            self._orders = {self.epoch: self._make_order()}  # of the last epoch asked for
        return self._orders[self.epoch]

    def _make_order(self) -> Any:
        random = np.random.default_rng([self.seed, self.epoch])
        order = random.permutation(self.samples) if self.shuffle else np.arange(self.samples)
        if self.sizes is None:
            return order
        pool = POOL * self.size if self.shuffle else self.samples
        pools = [order[start : start + pool] for start in range(0, self.samples, pool)]
        order = np.concatenate(
            [rows[np.argsort(-self.sizes[rows], kind="stable")] for rows in pools]
        )
        whole = self.samples // self.size * self.size
        parts = list(order[:whole].reshape(-1, self.size))
        # Keras learns from the first two batches that their widths differ.
        parts.sort(key=lambda rows: -self.sizes[rows].max())
        if len(parts) > 1:
            rest = parts[1:-1]
            if self.shuffle:
                rest = [rest[place] for place in random.permutation(len(rest))]
            parts = [parts[0], parts[-1], *rest]
        return np.concatenate([*parts, order[whole:]])


class TrainingLog(keras.callbacks.Callback):
    """Keeps every epoch's losses and the best weights; checkpoints, stops early, reports progress.

    A checkpoint is written after the first epoch and then at most every `CHECKPOINT_SECONDS`. An
    epoch that a kill makes run twice overwrites its own entry, so a resumed training ends where
    an undisturbed one does.
    """

    def __init__(
        self,
        folder: Path,
        epochs: int,
        patience: int | None,
        train: Batches,
        measure: Callable[[], Mapping[str, float]] | None = None,
    ) -> None:
        super().__init__()
        self.measure = measure
        self.path, self.best_path = folder / "log.json", folder / "best.npz"
        self.epochs, self.patience, self.train = epochs, patience, train
        self.backup = keras.callbacks.BackupAndRestore(
            folder / "backup", double_checkpoint=True, delete_checkpoint=False
        )
        self.rows: dict[int, dict[str, float]] = {}
        self.best: list[Any] | None = None
        self.started, self.first, self.saved = 0.0, -1, -math.inf

    def on_train_begin(self, logs: Any = None) -> None:
        self.backup.set_model(self.model)
        try:
            self.backup.on_train_begin()
        except OSError:  # killed while it wrote the first checkpoint, so there is none before it
            logger.warning("%s: damaged; training from the start", self.backup.backup_dir)
            shutil.rmtree(self.backup.backup_dir)
        self.first = self.model._initial_epoch or 0
        self.started = time.monotonic()
        if self.first:
            stored = json.loads(self.path.read_text(encoding="utf-8"))
            self.rows = {int(e): row for e, row in stored.items() if int(e) < self.first}
            if self.best_path.exists():
                with np.load(self.best_path) as arrays:
                    self.best = [arrays[name] for name in arrays.files]
            logger.info("resuming after epoch %d", self.first)

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self.train.epoch = epoch

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        row = {name: float(value) for name, value in (logs or {}).items()}
        if self.measure:
            row |= self.measure()
            if isinstance(logs, dict):
                logs.update(row)  # for the callbacks that come after
        bad = [name for name, value in row.items() if not math.isfinite(value)]
        if bad:
            raise InputError(
                f"{', '.join(bad)} became NaN or infinite in epoch {epoch + 1} of {self.epochs}: "
                "lower the learning rate; the last good checkpoint is kept"
            )
        best = min((r.get("val_loss", math.inf) for r in self.rows.values()), default=math.inf)
        self.rows[epoch] = row
        if row.get("val_loss", math.inf) < best:
            self.best = [to_numpy(weight) for weight in self.model.weights]
        self._report(epoch, row)
        if self.patience and "val_loss" in row:
            least = min(self.rows, key=lambda known: self.rows[known]["val_loss"])
            if epoch - least >= self.patience:
                logger.info("no improvement since epoch %d: stopping", least + 1)
                self.model.stop_training = True
        if time.monotonic() - self.saved >= CHECKPOINT_SECONDS:
            self._save(epoch)

    def _save(self, epoch: int) -> None:
        if self.best is not None:
            with atomic(self.best_path) as temporary:
                np.savez(temporary, *self.best)
        write_json(self.path, self.rows)
        self.backup.on_epoch_end(epoch)
        self.saved = time.monotonic()

    def _report(self, epoch: int, row: Mapping[str, float]) -> None:
        each = (time.monotonic() - self.started) / (epoch - self.first + 1)
        losses = " ".join(f"{name} {value:.4g}" for name, value in row.items())
        rate = self.train.num_batches * self.train.size / each
        left = each * (self.epochs - epoch - 1)
        logger.info(
            "epoch %d/%d %s | %.0f samples/s, at most %.0f s left",
            *(epoch + 1, self.epochs, losses, rate, left),
        )


def fit(
    model: keras.Model,
    train: Batches,
    validation: Batches | None,
    folder: Path,
    *,
    epochs: int,
    patience: int | None,
    measure: Callable[[], Mapping[str, float]] | None = None,
    callbacks: Sequence[keras.callbacks.Callback] = (),
) -> pd.DataFrame:
    """Train a compiled model and return its history, a row an epoch.

    `measure` gives further metrics of the model after each epoch; `callbacks` see all of them.

    Checkpoints stay in `folder`; a run that finds some goes on after their last epoch. Whether
    they are of the same training `checkpoints` has seen to. With a validation part the best epoch's
    weights are restored.
    """
    log = TrainingLog(folder, epochs, patience, train, measure)
    build_optimizer(model)
    try:
        model.fit(
            train,
            validation_data=validation,
            epochs=epochs,
            shuffle=False,  # `Batches` shuffles by itself, the same way after a kill
            verbose=0,
            callbacks=[log, *callbacks],
        )
    except (ValueError, KeyError) as error:
        if "weights" not in str(error) and "checkpoint" not in str(error):
            raise
        raise InputError(
            f"{folder}: the checkpoint does not fit the network ({error}); delete the folder"
        ) from None
    if log.best is not None:
        model.set_weights(log.best)
    rows = sorted(log.rows.items())
    return pd.DataFrame([{"epoch": epoch + 1, **row} for epoch, row in rows])


def devices_in_use() -> int:
    """Count the devices on which networks are trained at this place."""
    distribution = keras.distribution.distribution()
    return 1 if distribution is None else math.prod(distribution.device_mesh.shape)


def jit_compile(steps: int) -> bool | str:
    """Return Keras' `jit_compile` for a training of so many updates on batches of one shape.

    Left to itself Keras does not compile for a CPU, where it makes updates of many small operations
    1.5 times as fast, after some 20 s.
    """
    if keras.backend.backend() != "tensorflow":
        return "auto"
    return steps >= WORTH_COMPILING


def cosine_schedule(rate: float, steps: int) -> Any:
    """Make a learning rate that rises over the first 2% of the updates, then falls as a cosine."""
    return keras.optimizers.schedules.CosineDecay(
        0.0, max(1, steps - steps // 50), warmup_target=rate, warmup_steps=max(1, steps // 50)
    )


def averaging_adamw(settings: DenoiserSettings | RefinerSettings) -> keras.optimizers.AdamW:
    """Make the optimiser of a network that moves atoms; it averages the weights."""
    return keras.optimizers.AdamW(
        cosine_schedule(settings.learning_rate, settings.steps),
        weight_decay=1e-4,
        clipnorm=1.0,
        use_ema=True,
        ema_momentum=settings.average,
    )
