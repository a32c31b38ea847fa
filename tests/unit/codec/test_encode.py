"""Graphs of structures: an autoencoder that is missing or of another width is named."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pymatgen.core import Lattice, Structure

from builders.autoencoders import SIZES
from builders.voxels import LATTICE_SETTINGS, SITE_SETTINGS
from ccdcgan.codec.decode import decode_graphs
from ccdcgan.codec.encode import encode_shard
from ccdcgan.core.errors import InputError
from ccdcgan.core.shards import read_shard
from ccdcgan.crystals.table import Crystals, from_structure
from ccdcgan.networks.autoencoder import Autoencoder, Autoencoders
from ccdcgan.representation.graph_layout import GRAPHS
from ccdcgan.representation.voxel_shards import write_lattice_shard, write_site_shard


def test_an_element_without_a_network_is_named(site_network: Any, tmp_path: Path) -> None:
    lattices = Autoencoder(kind="lattice", grid=32, sigma=2.0, **SIZES)
    crystal = Structure(Lattice.cubic(3.0), ["Co", "Hf"], [[0, 0, 0], [0.5, 0.5, 0.5]])
    table = Crystals(pd.DataFrame([{"id": "a", "split": "test", **from_structure(crystal)}]))
    shards = str(tmp_path / "sites.h5"), str(tmp_path / "lattice.h5")
    write_site_shard(shards[0], table, SITE_SETTINGS, {})
    write_lattice_shard(shards[1], table, LATTICE_SETTINGS, {})
    networks = Autoencoders(lattices, {27: site_network})
    target = tmp_path / "graphs.h5"
    with pytest.raises(InputError, match=r"no autoencoder for Hf: .*combined"):
        encode_shard(target, *shards, table, [], networks, "tiles", {})
    assert not target.exists()
    encode_shard(target, *shards, table, [], Autoencoders(lattices, {0: site_network}), "rows", {})
    with read_shard(target, GRAPHS) as file:
        graphs = file["graphs"][:]
    (found,) = decode_graphs(graphs, networks, 0.3, 0.5, layout="rows")
    assert found.status == "no decoder for Hf" and found.structure is None
    with pytest.raises(InputError, match=r"made with sigma 2.0, but 1.0 is asked for"):
        other = Autoencoder(kind="sites", grid=64, sigma=1.0, **SIZES)
        encode_shard(target, *shards, table, [], Autoencoders(lattices, {0: other}), "rows", {})
