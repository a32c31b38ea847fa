"""Graphs of many shards: whole ones are those that were stored."""

from pathlib import Path

import numpy as np

from builders.paper_gan import LATTICE, LAYOUTS, SITES
from ccdcgan.codec.graph_table import read_graphs
from ccdcgan.core.shards import write_shard
from ccdcgan.representation.graph_layout import assemble, lay_out, tiles_of


@LAYOUTS
def test_whole_graphs_are_those_that_were_stored(tmp_path: Path, layout: str) -> None:
    graphs = np.stack(
        [
            assemble(
                np.full(LATTICE, 0.3), {z: np.full(SITES, z / 100) for z in (number, 99)}, layout
            )
            for number in (1, 27, 72)
        ]
    )
    counts = np.zeros((3, 100), "u1")
    counts[[0, 1, 2], [1, 27, 72]] = counts[:, 99] = 1
    with write_shard(tmp_path / "graphs.h5", "crystal graphs", {"layout": layout}, {}) as shard:
        shard.array("graphs", (160, 160), "f4")
        shard.append("graphs", graphs)
        shard.column("counts", counts)
        shard.strings("id", list("abc"))
        shard.strings("split", ["train"] * 3)
        shard.column("property/energy", np.zeros(3))
    read = read_graphs([tmp_path / "graphs.h5"])
    np.testing.assert_array_equal(read.graphs(np.array([2, 0])), graphs[[2, 0]])
    np.testing.assert_array_equal(lay_out(tiles_of(graphs, layout), layout), graphs)
