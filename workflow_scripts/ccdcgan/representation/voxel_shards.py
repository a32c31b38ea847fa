"""From the table of crystals to the voxel shards of the sites and of the lattices."""

import sys
from collections.abc import Mapping
from os import PathLike
from typing import Any

import numpy as np
from pymatgen.core import Element
from tqdm import tqdm

from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.voxels import ImageSettings, VoxelSettings
from ccdcgan.core.shards import ShardWriter, write_shard
from ccdcgan.crystals.table import Crystals
from ccdcgan.representation.voxels import lattice_image, quantise, site_image

BATCH = 64
SITES = "site voxels"
LATTICES = "lattice voxels"


def write_voxel_shards(
    structures: Crystals,
    settings: VoxelSettings,
    shard: int,
    *,
    sites: str | PathLike[str],
    lattice: str | PathLike[str],
    notes: Mapping[str, Any],
) -> None:
    """Write the images of the sites and of the lattices of one shard to two files.

    shard: which of the `shards` of the settings.
    """
    rows = shard_rows(structures, shard, settings.shards)
    write_site_shard(sites, rows, settings.sites, notes)
    write_lattice_shard(lattice, rows, settings.lattice, notes)


def shard_rows(structures: Crystals, shard: int, shards: int) -> Crystals:
    """Select one of `shards` shards: every shards-th crystal, so that all have like work."""
    if not len(structures):
        raise InputError("the table of structures is empty: widen data.filters or add systems")
    return structures.where(np.arange(len(structures)) % shards == shard)


def write_lattice_shard(
    path: str | PathLike[str],
    structures: Crystals,
    settings: ImageSettings,
    notes: Mapping[str, Any],
) -> None:
    """Write `images` (n, g, g, g; u1), `id` and `split` (n) of the lattices of `structures`.

    The grid of the settings is in voxels, sigma in Å.
    """
    grid, sigma = settings.grid, settings.sigma
    with write_shard(path, LATTICES, settings.model_dump(), notes) as shard:
        shard.array("images", (grid,) * 3, "u1")
        for start in tqdm(
            range(0, len(structures), BATCH), "lattices", mininterval=10, file=sys.stderr
        ):
            matrices = structures["lattice"].iloc[start : start + BATCH]
            images = [lattice_image(np.reshape(matrix, (3, 3)), grid, sigma) for matrix in matrices]
            shard.append("images", quantise(np.stack(images)))
        _write_labels(shard, structures)


def write_site_shard(
    path: str | PathLike[str],
    structures: Crystals,
    settings: ImageSettings,
    notes: Mapping[str, Any],
) -> None:
    """Write an image for each (structure, element) of `structures`.

    Arrays: `images` (m, g, g, g; u1), `structure` (m; i4, row of `id`), `element` (m; u1, atomic
    number), `count` (m; u1, atoms of the element); `id` and `split` (n). Grid and sigma of the
    settings are in voxels.
    """
    grid, sigma = settings.grid, settings.sigma
    with write_shard(path, SITES, settings.model_dump(), notes) as shard:
        shard.array("images", (grid,) * 3, "u1")
        keys: list[tuple[int, int, int]] = []
        cells = zip(structures["species"], structures["frac_coords"], strict=True)
        for index, (species, frac_coords) in enumerate(
            tqdm(cells, "sites", len(structures), mininterval=10, file=sys.stderr)
        ):
            numbers = np.array([Element(symbol).Z for symbol in species])
            coords = np.reshape(frac_coords, (-1, 3))
            for number in np.unique(numbers):
                chosen = coords[numbers == number]
                shard.append("images", quantise(site_image(chosen, grid, sigma))[None])
                keys.append((index, number, len(chosen)))
        structure, element, count = np.array(keys, dtype=int).reshape(-1, 3).T  # may be empty
        shard.column("structure", structure.astype("i4"))
        shard.column("element", element.astype("u1"))
        shard.column("count", count.astype("u1"))
        _write_labels(shard, structures)


def _write_labels(shard: ShardWriter, structures: Crystals) -> None:
    shard.strings("id", structures["id"].tolist())
    shard.strings("split", structures["split"].tolist())
