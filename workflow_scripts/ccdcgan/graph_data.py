"""Graph shards: encoding structures into them, and reading them back for training."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pymatgen.core import Element
from tqdm import tqdm

from ccdcgan.decoding import Decoders
from ccdcgan.errors import InputError
from ccdcgan.graphs import MAX_ELEMENTS, TILE_SIZE, TILES, assemble, lay_out, tiles_of
from ccdcgan.networks.autoencoder import Autoencoder
from ccdcgan.shards import read_shard, strings, write_shard
from ccdcgan.training import load_model
from ccdcgan.voxelise import LATTICES, SITES

GRAPHS = "crystal graphs"
BATCH = 64


def load_networks(lattice: str, sites: Sequence[str], elements: Sequence[str]) -> Decoders:
    """The autoencoders that write and read graphs.

    `sites` are the files of those of the sites, one for each of `elements`, or the combined one
    alone where no elements are named.
    """
    numbers = [Element(symbol).Z for symbol in elements] or [0]
    return Decoders(
        load_model(lattice, Autoencoder),
        {z: load_model(path, Autoencoder) for z, path in zip(numbers, sites, strict=True)},
    )


def encode_shard(
    output: str | PathLike[str],
    site_shard: str,
    lattice_shard: str,
    structures: pd.DataFrame,
    properties: Sequence[str],
    networks: Decoders,
    layout: str,
    notes: Mapping[str, Any],
) -> None:
    """Write the graphs of the structures of one pair of voxel shards.

    `layout` is one of `graphs.ROOM`; the shard says which as an attribute.

    Arrays: `graphs` (n, 160, 160; f4), `counts` (n, 100; u1: atoms by atomic number), `id` and
    `split` (n), and for each property a column `property/NAME` (n; f8, NaN where unknown) in the
    unit of the table of structures.
    """
    lattice, network = networks.lattice, next(iter(networks.sites.values()))
    with (
        read_shard(site_shard, SITES, {"grid": network.grid, "sigma": network.sigma}) as sites,
        read_shard(
            lattice_shard, LATTICES, {"grid": lattice.grid, "sigma": lattice.sigma}
        ) as cells,
        write_shard(output, GRAPHS, {"layout": layout}, notes) as shard,
    ):
        ids = strings(cells["id"])
        if strings(sites["id"]) != ids:
            raise InputError(f"{site_shard} and {lattice_shard} hold different structures")
        owner, element, count = (sites[name][:] for name in ("structure", "element", "count"))
        counts = np.zeros((len(ids), TILES), dtype="u1")
        counts[owner, element] = count
        shard.array("graphs", (160, 160), "f4")
        for start in tqdm(range(0, len(ids), BATCH), "graphs", mininterval=10, file=sys.stderr):
            stop = min(start + BATCH, len(ids))
            places = np.flatnonzero((owner >= start) & (owner < stop))  # shards are in order
            images = sites["images"][places[0] : places[-1] + 1]
            vectors = _encode_sites(images, element[places], networks)
            tiles: dict[int, dict[int, Any]] = {i: {} for i in range(start, stop)}
            for place, vector in zip(places, vectors, strict=True):
                tiles[owner[place]][int(element[place])] = vector
            cell_vectors = lattice.encode(cells["images"][start:stop])
            graphs = [assemble(v, tiles[i], layout) for i, v in enumerate(cell_vectors, start)]
            shard.append("graphs", np.stack(graphs))
        shard.column("counts", counts)
        shard.strings("id", ids)
        shard.strings("split", strings(cells["split"]))
        table = structures.set_index("id").loc[ids]
        for name in properties:
            if name not in table:
                raise InputError(f"constraint property {name!r}: no such column in the structures")
            shard.column(f"property/{name}", table[name].to_numpy(dtype="f8"))


def _encode_sites(
    images: NDArray[np.uint8], elements: NDArray[np.uint8], networks: Decoders
) -> list[NDArray[np.float32]]:
    vectors: list[Any] = [None] * len(elements)
    for number in np.unique(elements):
        network = networks.of(int(number))
        if network is None:
            raise InputError(
                f"no autoencoder for {Element.from_Z(int(number)).symbol}: add it to `systems`, "
                "leave it out by data.filters.exclude, or set autoencoder.graphs: combined"
            )
    for network in set(networks.sites.values()):
        rows = [i for i, z in enumerate(elements) if networks.of(int(z)) is network]
        if not rows:
            continue
        for row, vector in zip(rows, network.encode(images[rows]), strict=True):
            vectors[row] = vector
    return vectors


@dataclass
class GraphTable:
    """Graphs in memory as their present tiles: `tiles` (n, k, 256; f4), k at most 1 + MAX_ELEMENTS.

    `numbers` and `counts` (n, k; i4) say which elements they are of and how many atoms those
    have; the lattice's place, the first, holds 0 and the number of all atoms. `labels` has a row
    a graph: id, split and the properties. `layout` is that of the stored graphs.
    """

    tiles: NDArray[np.float32]
    numbers: NDArray[np.int32]
    counts: NDArray[np.int32]
    labels: pd.DataFrame
    layout: str = "tiles"

    def part(self, split: str) -> "GraphTable":
        """The graphs of one part. Raises `InputError` where it is empty."""
        return self.select(np.flatnonzero(self.labels["split"] == split), f"the part {split!r}")

    def of(self, ids: pd.Series) -> "GraphTable":
        """The graphs of some structures, in the table's order."""
        return self.select(np.flatnonzero(self.labels["id"].isin(ids)), "the structures")

    def select(self, rows: NDArray[np.integer], what: str = "the selection") -> "GraphTable":
        """The graphs with the given row numbers. Raises `InputError` where there are none."""
        if not len(rows):
            raise InputError(f"no graph in {what}: enlarge the data or data.split")
        labels = self.labels.iloc[rows].reset_index(drop=True)
        arrays = (self.tiles[rows], self.numbers[rows], self.counts[rows])
        return GraphTable(*arrays, labels, self.layout)

    def whole(self, rows: NDArray[np.integer]) -> NDArray[np.float32]:
        """The graphs (m, 160, 160) with the given row numbers, as they are stored."""
        board = np.zeros((len(rows), TILES, TILE_SIZE), dtype="f4")
        places = (np.arange(len(rows))[:, None], self.numbers[rows])
        np.add.at(board, places, self.tiles[rows])  # places without an element add zeros
        return lay_out(board, self.layout)


def read_graphs(paths: Sequence[str | PathLike[str]]) -> GraphTable:
    """All graphs of some shards. Raises `InputError` for one of more than MAX_ELEMENTS elements."""
    tables = [_read_one(path) for path in paths]
    numbers = np.concatenate([table.numbers for table in tables])
    used = max(2, 1 + int((numbers[:, 1:] > 0).sum(axis=1).max(initial=0)))  # drop empty places
    return GraphTable(
        np.concatenate([table.tiles[:, :used] for table in tables]),
        numbers[:, :used],
        np.concatenate([table.counts[:, :used] for table in tables]),
        pd.concat([table.labels for table in tables], ignore_index=True),
        tables[0].layout,
    )


def _read_one(path: str | PathLike[str]) -> GraphTable:
    with read_shard(path, GRAPHS) as file:
        counts_by_number = file["counts"][:].astype("i4")
        labels = pd.DataFrame({"id": strings(file["id"]), "split": strings(file["split"])})
        for name, values in file.get("property", {}).items():
            labels[name] = values[:]
        numbers, counts = composition_places(counts_by_number)
        layout = str(file.attrs["layout"])
        tiles = np.zeros((*numbers.shape, TILE_SIZE), dtype="f4")
        for start in range(0, len(labels), BATCH):
            board = tiles_of(file["graphs"][start : start + BATCH], layout)
            if not np.isfinite(board).all():
                raise InputError(f"{path}: a graph holds NaN; delete it and run the workflow again")
            chosen = numbers[start : start + BATCH]
            tiles[start : start + BATCH] = np.take_along_axis(board, chosen[:, :, None], axis=1)
        tiles[:, 1:][numbers[:, 1:] == 0] = 0
    return GraphTable(tiles, numbers, counts, labels, layout)


def composition_places(
    counts: NDArray[np.integer],
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Numbers and counts (n, 1 + MAX_ELEMENTS), as networks read them, of counts by atomic number.

    `counts` is (n, 100). Raises `InputError` for a composition of more than MAX_ELEMENTS elements.
    """
    numbers = np.zeros((len(counts), 1 + MAX_ELEMENTS), dtype="i4")
    places = np.zeros_like(numbers)
    places[:, 0] = counts.sum(axis=1)
    for row, one in enumerate(counts):
        present = np.flatnonzero(one)
        if len(present) > MAX_ELEMENTS:
            raise InputError(
                f"a crystal of {len(present)} elements: at most {MAX_ELEMENTS} are supported; "
                "leave it out of the data"
            )
        numbers[row, 1 : 1 + len(present)] = present
        places[row, 1 : 1 + len(present)] = one[present]
    return numbers, places
