"""Training of the autoencoders on voxel shards, and how many structures come back."""

import logging
import os
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pymatgen.core import Element, Lattice, Structure
from tqdm import tqdm

from ccdcgan.decoding import lattice_of_metric
from ccdcgan.errors import InputError
from ccdcgan.evaluation import cell_errors, evaluation_rows, rms_displacement
from ccdcgan.inversion import atoms_of_latents, metrics_of_latents, peaks_of_images
from ccdcgan.networks.autoencoder import Autoencoder
from ccdcgan.shards import read_shard, strings
from ccdcgan.structures import to_structure
from ccdcgan.training import Batches, cosine, fit, parameters, precision
from ccdcgan.voxelise import LATTICES, SITES

logger = logging.getLogger(__name__)
LENGTH_TOLERANCE, ANGLE_TOLERANCE = 0.2, 5.0  # StructureMatcher's own
CHUNK = 1024  # images read at once
THRESHOLD = 0.3  # height of a peak that counts as an atom, while training
WATCHED = 400  # validation images whose atoms are counted after each epoch


class ImageStore:
    """The images of some parts, strided, in a temporary file; `read` gives some of them.

    The shards are read once; what is held in memory does not grow with their number.
    """

    def __init__(
        self,
        paths: Sequence[str],
        kind: str,
        settings: Mapping[str, Any],
        stride: int,
        element: int | None = None,
    ) -> None:
        self.kind = SITES if kind == "sites" else LATTICES
        self.paths, self.settings, self.stride = list(paths), dict(settings), stride
        self.index = self._make_index(element)
        if not len(self.index):
            raise InputError(f"{', '.join(self.paths)}: no image of element {element}")
        self.grid = settings["grid"] // stride
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 (it lives as long as the store)
        self._fill()

    def _make_index(self, element: int | None) -> pd.DataFrame:
        tables = []
        for path in self.paths:
            with read_shard(path, self.kind, self.settings) as file:
                labels = pd.DataFrame({"id": strings(file["id"]), "split": strings(file["split"])})
                if self.kind == SITES:
                    labels = labels.iloc[file["structure"][:]].reset_index(drop=True)
                    labels["element"], labels["count"] = file["element"][:], file["count"][:]
                labels["path"], labels["row"] = path, np.arange(len(labels))
                tables.append(labels)
        index = pd.concat(tables, ignore_index=True)
        return (
            index if element is None else index[index["element"] == element].reset_index(drop=True)
        )

    def _fill(self) -> None:
        progress = tqdm(total=len(self.index), desc="images", mininterval=10, file=sys.stderr)
        for path, rows in self.index.groupby("path"):
            with read_shard(path, self.kind, self.settings) as file:
                images = file["images"]
                for place, row in zip(rows.index, rows["row"], strict=True):
                    image = images[row][:: self.stride, :: self.stride, :: self.stride]
                    self._file.seek(int(place) * self.grid**3)
                    self._file.write(np.ascontiguousarray(image).data)
                    progress.update()
        self._file.flush()
        progress.close()

    def read(self, rows: Any) -> NDArray[np.uint8]:
        """The images (k, n, n, n) of some row numbers."""
        size = self.grid**3
        found = np.empty((len(rows), size), dtype="u1")
        for place, row in enumerate(rows):  # reads, not a memory map, so memory stays bounded
            found[place] = np.frombuffer(os.pread(self._file.fileno(), size, int(row) * size), "u1")
        return found.reshape(-1, self.grid, self.grid, self.grid)

    def part(self, split: str) -> NDArray[np.int64]:
        """The row numbers of one part."""
        return np.flatnonzero(self.index["split"] == split)


def batches(store: ImageStore, split: str, size: int, seed: int) -> Batches:
    """Batches of one part. Training images of sites are shifted, turned and mirrored at random.

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
            images = np.stack([_turned(image, random) for image in images])
        return {"images": images, "shifts": shifts}, np.zeros((len(images), 1), dtype="float32")

    return Batches(len(rows), size, seed, load, shuffle=split == "train")


def _turned(image: NDArray[np.uint8], random: np.random.Generator) -> NDArray[np.uint8]:
    turned = image.transpose(random.permutation(3))
    return np.flip(turned, tuple(np.flatnonzero(random.random(3) < 0.5).tolist()))


def train_autoencoder(
    paths: Sequence[str],
    kind: str,
    voxels: Mapping[str, Any],
    settings: Mapping[str, Any],
    folder: Path,
    seed: int,
    *,
    element: int | None = None,
    start: Autoencoder | None = None,
    arithmetic: str = "float32",
    watchers: Sequence[keras.callbacks.Callback] = (),
) -> tuple[Autoencoder, pd.DataFrame]:
    """Train an autoencoder on the training part, watched on the validation part.

    `kind` is "sites" or "lattice"; `voxels` are the settings of its shards. With `element` only
    its images count. `start` is a trained network to go on from (the separated ones start from
    the combined one, as in the paper). `arithmetic`: Keras' name of a
    precision. `watchers`: see `fit`.
    """
    with precision(arithmetic):
        keras.utils.set_random_seed(seed)
        shape = start.settings if start else settings
        model = Autoencoder(
            kind=kind,
            grid=voxels["grid"],
            sigma=voxels["sigma"],
            **{key: shape[key] for key in ("network", "latent", "width", "blocks")},
        )
        if start:
            model.set_weights(start.get_weights())
        history = _train(model, paths, voxels, settings, folder, seed, element, watchers)
    return model, history


def _train(
    model: Autoencoder,
    paths: Sequence[str],
    voxels: Mapping[str, Any],
    settings: Mapping[str, Any],
    folder: Path,
    seed: int,
    element: int | None,
    watchers: Sequence[keras.callbacks.Callback],
) -> pd.DataFrame:
    kind = model.kind
    store = ImageStore(paths, kind, voxels, model.stride, element)
    train = batches(store, "train", settings["batch"], seed)
    validation = batches(store, "validation", settings["batch"], seed)
    logger.info("%d parameters, %d training images", parameters(model), train.samples)
    steps = train.num_batches * settings["epochs"]
    model.compile(keras.optimizers.Adam(cosine(settings["learning_rate"], steps), clipnorm=1.0))
    return fit(
        model,
        train,
        validation,
        folder,
        epochs=settings["epochs"],
        patience=settings["patience"],
        identity={"settings": dict(settings), "seed": seed, "images": len(store.index)},
        measure=_counter(model, store, seed) if kind == "sites" else None,
        watchers=watchers,
    )


def _counter(
    model: Autoencoder, store: ImageStore, seed: int
) -> Callable[[], dict[str, float]] | None:
    """Measures the share of validation images that come back with as many atoms as they show."""
    rows = store.part("validation")
    if len(rows) > WATCHED:
        rows = np.sort(np.random.default_rng(seed).choice(rows, WATCHED, replace=False))
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


def encode_rows(network: Autoencoder, store: ImageStore, rows: Any) -> NDArray[np.float32]:
    """Latent vectors (k, latent) of some rows of a store."""
    parts = [
        network.encode_strided(store.read(rows[start : start + CHUNK]))
        for start in range(0, len(rows), CHUNK)
    ]
    return np.concatenate(parts) if parts else np.zeros((0, network.latent), dtype="float32")


def compare_sites(
    store: ImageStore, rows: pd.DataFrame, network: Autoencoder, threshold: float
) -> pd.DataFrame:
    """Which structures of `rows` come back, the lattice and the elements being given.

    The sites of the images in `store` (all elements, or one) are put through the network and
    compared with StructureMatcher at its defaults; where the store holds one element, with the
    sublattice of that element. A row a structure: id, split, num_sites, decoded_sites,
    reproduced, rms (normalised by (V/N)^(1/3)).
    """
    chosen = store.index[store.index["id"].isin(rows["id"])]
    latents = encode_rows(network, store, chosen.index)
    atoms = atoms_of_latents(network, latents, threshold)
    decoded: dict[str, list[tuple[int, NDArray[np.float64]]]] = {}
    for identity, number, coords in zip(chosen["id"], chosen["element"], atoms, strict=True):
        decoded.setdefault(identity, []).append((int(number), coords))
    records = []
    for row in tqdm(rows.itertuples(), "compare", len(rows), mininterval=10, file=sys.stderr):
        found = decoded.get(row.id)
        if found is None:
            continue
        original = to_structure(row._asdict())
        numbers = [number for number, _ in found]
        original.remove_sites(
            [i for i, z in enumerate(original.atomic_numbers) if z not in numbers]
        )
        species = [Element.from_Z(number).symbol for number, coords in found for _ in coords]
        coords = np.concatenate([coords for _, coords in found])
        rms = rms_displacement(original, Structure(original.lattice, species, coords))
        records.append(
            {
                "id": row.id,
                "split": row.split,
                "num_sites": len(original),
                "decoded_sites": len(species),
                "reproduced": rms is not None,
                "rms": rms,
            }
        )
    return pd.DataFrame(records)


def compare_lattices(store: ImageStore, rows: pd.DataFrame, network: Autoencoder) -> pd.DataFrame:
    """How well the lattices of `rows` come back.

    A row a structure: id, split, reproduced (within StructureMatcher's tolerances: lengths to
    20% and angles to 5 degrees), length_error (largest relative error of an edge), angle_error
    (largest error of an angle, degrees).
    """
    chosen = store.index[store.index["id"].isin(rows["id"])]
    latents = encode_rows(network, store, chosen.index)
    originals = rows.set_index("id")
    records = []
    for identity, metric in zip(chosen["id"], metrics_of_latents(network, latents), strict=True):
        row = originals.loc[identity]
        original = Lattice(np.reshape(row["lattice"], (3, 3)))
        found = lattice_of_metric(metric)
        length, angle = cell_errors(original, found)
        records.append(
            {
                "id": identity,
                "split": row["split"],
                "reproduced": bool(length < LENGTH_TOLERANCE and angle < ANGLE_TOLERANCE),
                "length_error": length,
                "angle_error": angle,
            }
        )
    return pd.DataFrame(records)


def measure(
    network: Autoencoder,
    paths: Sequence[str],
    voxels: Mapping[str, Any],
    structures: pd.DataFrame,
    threshold: float,
    seed: int,
    *,
    element: int | None = None,
) -> pd.DataFrame:
    """A row for each structure of the test part and for as many of the training part."""
    rows = evaluation_rows(structures, seed)
    store = ImageStore(paths, network.kind, voxels, network.stride, element)
    if network.kind == "lattice":
        return compare_lattices(store, rows, network)
    return compare_sites(store, rows, network, threshold)


def atomic_number(symbol: str | None) -> int | None:
    """The atomic number of an element's symbol; None for none."""
    return Element(symbol).Z if symbol else None
