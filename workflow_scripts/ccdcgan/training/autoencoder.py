"""Training of the autoencoders on voxel shards."""

import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pymatgen.core import Element

from ccdcgan.codec.encode import encode_rows
from ccdcgan.codec.invert import atoms_of_latents, peaks_of_images
from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.hardware import HardwareSettings
from ccdcgan.core.settings.learning import EpochSettings
from ccdcgan.core.settings.voxels import ImageSettings
from ccdcgan.networks.autoencoder import Autoencoder
from ccdcgan.networks.files import load_model, parameters, precision
from ccdcgan.representation.image_store import ImageStore, images_of
from ccdcgan.representation.voxel_shards import SITES
from ccdcgan.training.loop import Batches, cosine_schedule, fit
from ccdcgan.training.run import run_training

logger = logging.getLogger(__name__)
THRESHOLD = 0.3  # height of a peak that counts as an atom, while training
VALIDATED = 400  # validation images whose atoms are counted after each epoch


def batches(store: ImageStore, split: str, size: int, seed: int) -> Batches:
    """Make batches of one part. Training images of sites are shifted and mirrored at random.

    The images are periodic and their axes fractional, so any shift, any order of the axes and
    any mirror image is a crystal's image as well.
    """
    rows = store.part(split)
    if not len(rows):
        raise InputError(f"no structure in the part {split!r}: enlarge the data or data.split")
    augment = split == "train" and store.kind == SITES

    def load(chosen: Any, random: np.random.Generator) -> Any:
        images = store.read(rows[chosen])
        shifts = np.zeros((len(images), 3), dtype="float32")
        if augment:
            shifts = random.random(shifts.shape, dtype="float32")
            images = np.stack([_turn(image, random) for image in images])
        return {"images": images, "shifts": shifts}, np.zeros((len(images), 1), dtype="float32")

    return Batches(len(rows), size, seed, load, shuffle=split == "train")


def _turn(image: NDArray[np.uint8], random: np.random.Generator) -> NDArray[np.uint8]:
    """Permute and mirror the axes of an image at random."""
    turned = image.transpose(random.permutation(3))
    return np.flip(turned, tuple(np.flatnonzero(random.random(3) < 0.5).tolist()))


def train_autoencoder(
    kind: str,
    shards: Sequence[str],
    outputs: Mapping[str, str],
    settings: EpochSettings,
    *,
    network: str,
    voxels: ImageSettings,
    start: str | None,
    arithmetic: str,
    seed: int,
    identity: Mapping[str, Any],
    hardware: HardwareSettings,
) -> None:
    """Train one autoencoder on voxel shards and write it.

    kind: `lattice`, `combined` (all elements) or an element's symbol. outputs: the files `model`
    and `history`. start: the file of a trained network to go on from. The rest is as of
    `fit_autoencoder`.
    """
    images, element = images_of(kind)

    def run(folder: Path, callbacks: list[keras.callbacks.Callback]) -> Any:
        model, history = fit_autoencoder(
            shards,
            images,
            voxels,
            settings,
            folder,
            seed,
            network=network,
            element=element,
            start=load_model(start, Autoencoder) if start else None,
            arithmetic=arithmetic,
            callbacks=callbacks,
        )
        return {"model": model}, history

    run_training(run, outputs, name=f"autoencoder/{kind}", identity=identity, hardware=hardware)


def fit_autoencoder(
    paths: Sequence[str],
    kind: str,
    voxels: ImageSettings,
    settings: EpochSettings,
    folder: Path,
    seed: int,
    *,
    network: str,
    element: int | None = None,
    start: Autoencoder | None = None,
    arithmetic: str = "float32",
    callbacks: Sequence[keras.callbacks.Callback] = (),
) -> tuple[Autoencoder, pd.DataFrame]:
    """Train an autoencoder on the training part, watched on the validation part; with its history.

    `kind` is "sites" or "lattice"; `voxels` are the settings of its shards; `network` is "dense",
    "convolutional" or "paper". With `element` only its images count. `start` is a trained network
    of that sort to go on from (the separated ones start from the combined one, as in the paper);
    without one the settings are an `AutoencoderTraining`, which gives the shape. `arithmetic`:
    Keras' name of a precision. `folder` and `callbacks`: see `fit`.
    """
    with precision(arithmetic):
        keras.utils.set_random_seed(seed)
        shape = start.settings if start else {"network": network, **settings.model_dump()}
        model = Autoencoder(
            kind=kind,
            grid=voxels.grid,
            sigma=voxels.sigma,
            **{key: shape[key] for key in ("network", "latent", "width", "blocks")},
        )
        if start:
            model.set_weights(start.get_weights())
        history = _train(model, paths, voxels, settings, folder, seed, element, callbacks)
    return model, history


def _train(
    model: Autoencoder,
    paths: Sequence[str],
    voxels: ImageSettings,
    settings: EpochSettings,
    folder: Path,
    seed: int,
    element: int | None,
    callbacks: Sequence[keras.callbacks.Callback],
) -> pd.DataFrame:
    kind = model.kind
    store = ImageStore(paths, kind, voxels, model.stride, element)
    train = batches(store, "train", settings.batch, seed)
    validation = _validation(store, settings, seed, element)
    logger.info("%d parameters, %d training images", parameters(model), train.samples)
    steps = train.num_batches * settings.epochs
    model.compile(
        keras.optimizers.Adam(cosine_schedule(settings.learning_rate, steps), clipnorm=1.0)
    )
    return fit(
        model,
        train,
        validation,
        folder,
        epochs=settings.epochs,
        patience=settings.patience,
        measure=_counting(model, store, seed) if kind == "sites" and validation else None,
        callbacks=callbacks,
    )


def _validation(
    store: ImageStore, settings: EpochSettings, seed: int, element: int | None
) -> Batches | None:
    """Make the batches of the validation part; of a single element, which may have none, None."""
    if element is not None and not len(store.part("validation")):
        logger.warning(
            "no validation structure holds %s: trained for all %d epochs, which nothing watches; "
            "more data would mend it",
            Element.from_Z(element).symbol,
            settings.epochs,
        )
        return None
    return batches(store, "validation", settings.batch, seed)


def _counting(
    model: Autoencoder, store: ImageStore, seed: int
) -> Callable[[], dict[str, float]] | None:
    """Make what measures the share of validation images with as many atoms as they show."""
    rows = store.part("validation")
    if len(rows) > VALIDATED:
        rows = np.sort(np.random.default_rng(seed).choice(rows, VALIDATED, replace=False))
    counts = store.index.loc[rows, "count"].to_numpy()

    def measure() -> dict[str, float]:
        latents = encode_rows(model, store, rows)
        peaks = peaks_of_images(model.decode(latents), THRESHOLD, model.peak_sigma)
        atoms = atoms_of_latents(model, latents, THRESHOLD, search=False)
        return {
            "val_counted_by_decoder": float(np.mean([len(c) for c, _ in peaks] == counts)),
            "val_counted": float(np.mean([len(c) for c in atoms] == counts)),
        }

    return measure
