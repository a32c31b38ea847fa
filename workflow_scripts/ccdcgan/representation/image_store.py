"""Voxel images for training, in a temporary file."""

import os
import sys
import tempfile
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pymatgen.core import Element
from tqdm import tqdm

from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.voxels import ImageSettings
from ccdcgan.core.shards import read_shard, strings
from ccdcgan.representation.voxel_shards import LATTICES, SITES


def images_of(kind: str) -> tuple[str, int | None]:
    """Say which images an autoencoder reads: "lattice" or "sites", and the element's number.

    kind: `lattice`, `combined` (the sites of all elements; no number) or an element's symbol.
    """
    if kind in ("lattice", "combined"):
        return ("lattice" if kind == "lattice" else "sites"), None
    return "sites", Element(kind).Z


class ImageStore:
    """The images of voxel shards, strided, in a temporary file; `read` gives some of them.

    kind: "sites" or "lattice". settings: of the shards. stride: the step between
    the voxels that are kept. element: its atomic number, if only its images count. `index` has a
    row an image: id and split, and of the sites element and count.

    The shards are read once; what is held in memory does not grow with their number.
    """

    def __init__(
        self,
        paths: Sequence[str],
        kind: str,
        settings: ImageSettings,
        stride: int,
        element: int | None = None,
    ) -> None:
        self.kind = SITES if kind == "sites" else LATTICES
        self.paths, self.settings, self.stride = list(paths), settings.model_dump(), stride
        self.index = self._make_index(element)
        if not len(self.index):
            raise InputError(f"{', '.join(self.paths)}: no image of element {element}")
        self.grid = settings.grid // stride
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
        """Read the images (k, n, n, n; u1) of some row numbers."""
        size = self.grid**3
        found = np.empty((len(rows), size), dtype="u1")
        for place, row in enumerate(rows):  # reads, not a memory map, so memory stays bounded
            found[place] = np.frombuffer(os.pread(self._file.fileno(), size, int(row) * size), "u1")
        return found.reshape(-1, self.grid, self.grid, self.grid)

    def part(self, split: str) -> NDArray[np.int64]:
        """Return the row numbers of one part."""
        return np.flatnonzero(self.index["split"] == split)
