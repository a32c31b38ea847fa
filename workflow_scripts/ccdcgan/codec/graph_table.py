"""Graph shards in memory."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from os import PathLike

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ccdcgan.core.errors import InputError
from ccdcgan.core.shards import read_shard, strings
from ccdcgan.crystals.compositions import Compositions
from ccdcgan.representation.graph_layout import GRAPHS, SIDE, TILE_SIZE, TILES, lay_out, tiles_of

BATCH = 64


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
        """Select the graphs of one part. Raises `InputError` where it is empty."""
        return self.select(np.flatnonzero(self.labels["split"] == split), f"the part {split!r}")

    def of(self, ids: Iterable[str]) -> "GraphTable":
        """Select the graphs of some structures, in the table's order."""
        return self.select(np.flatnonzero(self.labels["id"].isin(list(ids))), "the structures")

    def select(self, rows: NDArray[np.integer], what: str = "the selection") -> "GraphTable":
        """Select the graphs with the given row numbers. `InputError` where there are none."""
        if not len(rows):
            raise InputError(f"no graph in {what}: enlarge the data or data.split")
        labels = self.labels.iloc[rows].reset_index(drop=True)
        arrays = (self.tiles[rows], self.numbers[rows], self.counts[rows])
        return GraphTable(*arrays, labels, self.layout)

    def graphs(self, rows: NDArray[np.integer]) -> NDArray[np.float32]:
        """Return the graphs (m, 160, 160) with the given row numbers, as they are stored."""
        board = np.zeros((len(rows), TILES, TILE_SIZE), dtype="f4")
        places = (np.arange(len(rows))[:, None], self.numbers[rows])
        np.add.at(board, places, self.tiles[rows])  # places without an element add zeros
        return lay_out(board, self.layout)


def read_graphs(paths: Sequence[str | PathLike[str]]) -> GraphTable:
    """Read all graphs of some shards. `InputError` for one of more than MAX_ELEMENTS elements."""
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
    """Read the graphs of one shard."""
    with read_shard(path, GRAPHS) as file:
        labels = pd.DataFrame({"id": strings(file["id"]), "split": strings(file["split"])})
        for name, values in file.get("property", {}).items():
            labels[name] = values[:]
        numbers, counts = Compositions.even(file["counts"][:]).places()
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


def graphs_of(shards: Sequence[str], ids: Sequence[str]) -> NDArray[np.float32]:
    """Read the stored graphs (n, 160, 160) of some structures, in their order."""
    places = {identity: place for place, identity in enumerate(ids)}
    graphs = np.zeros((len(places), SIDE, SIDE), "f4")
    for path in shards:
        with read_shard(path, GRAPHS) as file:
            for row, identity in enumerate(strings(file["id"])):
                if identity in places:
                    graphs[places[identity]] = file["graphs"][row]
    return graphs
