"""Structures to graph shards."""

import sys
from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pymatgen.core import Element
from tqdm import tqdm

from ccdcgan.core.errors import InputError
from ccdcgan.core.shards import read_shard, strings, write_shard
from ccdcgan.crystals.table import Crystals
from ccdcgan.networks.autoencoder import Autoencoder, Autoencoders
from ccdcgan.representation.graph_layout import GRAPHS, TILES, assemble
from ccdcgan.representation.image_store import ImageStore
from ccdcgan.representation.voxel_shards import LATTICES, SITES

BATCH = 64


def encode_shard(
    output: str | PathLike[str],
    site_shard: str,
    lattice_shard: str,
    structures: Crystals,
    properties: Sequence[str],
    networks: Autoencoders,
    layout: str,
    notes: Mapping[str, Any],
) -> None:
    """Write the graphs of the structures of one pair of voxel shards.

    `layout` is one of `graph_layout.ROOM`; the shard says which as an attribute.

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
        encoded = structures.take(ids)
        for name in properties:
            if name not in encoded.table:
                raise InputError(f"constraint property {name!r}: no such column in the structures")
            shard.column(f"property/{name}", encoded[name].to_numpy(dtype="f8"))


def _encode_sites(
    images: NDArray[np.uint8], elements: NDArray[np.uint8], networks: Autoencoders
) -> list[NDArray[np.float32]]:
    """Encode images of the sites, each by the network of its element."""
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


CHUNK = 1024  # images read at once


def encode_rows(network: Autoencoder, store: ImageStore, rows: Any) -> NDArray[np.float32]:
    """Encode some rows of a store as latent vectors (k, latent)."""
    parts = [
        network.encode_strided(store.read(rows[start : start + CHUNK]))
        for start in range(0, len(rows), CHUNK)
    ]
    return np.concatenate(parts) if parts else np.zeros((0, network.latent), dtype="float32")
