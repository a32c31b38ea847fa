"""From images and crystal graphs back to crystals, and why some of them are none."""

import logging
import sys
from collections.abc import Mapping, Sequence
from os import PathLike

import numpy as np
from numpy.typing import NDArray
from pymatgen.core import Element, Lattice, Structure
from tqdm import tqdm

from ccdcgan.codec.invert import atoms_of_latents, metrics_of_latents
from ccdcgan.codec.manifest import OTHER_COMPOSITION, VALID, Decoded, to_manifest
from ccdcgan.core.shards import read_shard, strings
from ccdcgan.crystals.table import Crystals, shortest_distance
from ccdcgan.networks.autoencoder import Autoencoders
from ccdcgan.representation.graph_layout import GRAPHS, present_elements, tiles_of

logger = logging.getLogger(__name__)
BATCH = 100
LENGTHS = (1.5, 40.0)  # Å; edges of a cell outside of these are no lattice


def lattice_of_metric(metric: NDArray[np.floating]) -> Lattice | None:
    """Return the lattice of a metric tensor (3, 3; Å²), or None where there is none."""
    if not np.isfinite(metric).all() or np.linalg.eigvalsh(metric)[0] <= 0:
        return None
    lengths = np.sqrt(np.diag(metric))
    if lengths.min() < LENGTHS[0] or lengths.max() > LENGTHS[1]:
        return None
    cosines = [metric[i, j] / lengths[i] / lengths[j] for i, j in ((1, 2), (0, 2), (0, 1))]
    return Lattice.from_parameters(*lengths, *np.degrees(np.arccos(cosines)))


def decode_graphs(
    graphs: NDArray[np.floating],
    autoencoders: Autoencoders,
    threshold: float,
    min_distance: float,
    elements: Sequence[Sequence[int]] | None = None,
    layout: str = "tiles",
) -> list[Decoded]:
    """Decode graphs (n, 160, 160) of a layout into crystals; nothing but the graph is used.

    With `elements`, the atomic numbers of each crystal, only their latent vectors are read.

    `threshold`: see `atoms_of_latents`; `min_distance` (Å): crystals with atoms closer than this
    are not valid.
    """
    tiles = tiles_of(graphs, layout)
    present = elements or [present_elements(one) for one in tiles]
    metrics = metrics_of_latents(autoencoders.lattice, tiles[:, 0, : autoencoders.lattice.latent])
    sites: dict[tuple[int, int], NDArray[np.float64]] = {}
    for network in set(autoencoders.sites.values()):
        keys = [(i, z) for i, zs in enumerate(present) for z in zs if autoencoders.of(z) is network]
        vectors = np.array([tiles[i, z, : network.latent] for i, z in keys])
        vectors = vectors.reshape(len(keys), network.latent)
        sites.update(zip(keys, atoms_of_latents(network, vectors, threshold), strict=True))
    return [
        _decode_one(
            lattice_of_metric(metrics[i]),
            {z: sites.get((i, z)) for z in present[i]},
            min_distance,
        )
        for i in range(len(graphs))
    ]


def _decode_one(
    lattice: Lattice | None, sites: Mapping[int, NDArray[np.float64] | None], min_distance: float
) -> Decoded:
    elements = [Element.from_Z(number).symbol for number in sites]
    if lattice is None:
        return Decoded("no lattice", elements)
    if not sites:
        return Decoded("no element", elements)
    for symbol, coords in zip(elements, sites.values(), strict=True):
        if coords is None:
            return Decoded(f"no decoder for {symbol}", elements)
    counts = [len(coords) for coords in sites.values() if coords is not None]
    if not sum(counts):
        return Decoded("no atom", elements)
    species = [symbol for symbol, n in zip(elements, counts, strict=True) for _ in range(n)]
    coords = np.concatenate([c for c in sites.values() if c is not None])
    structure = Structure(lattice, species, coords)
    if 0 in counts:
        return Decoded("missing element", elements, structure)
    if shortest_distance(structure) < min_distance:
        return Decoded("atoms too close", elements, structure)
    return Decoded(VALID, elements, structure)


def decode_shard(
    path: str | PathLike[str],
    networks: Autoencoders,
    variant: str,
    *,
    threshold: float,
    min_distance: float,
    exact: bool = False,
) -> Crystals:
    """Decode one shard of graphs: a row each, with the crystal where it is valid.

    `threshold` and `min_distance`: see `decode_graphs`. exact: whether a crystal of another
    composition than the graph was asked for is not valid (`OTHER_COMPOSITION`). The columns are
    those of `to_manifest`, and `predicted_NAME` of each property that the shard holds.
    """
    decoded: list[Decoded] = []
    with read_shard(path, GRAPHS) as file:
        ids, properties = strings(file["id"]), file.get("property", {})
        predicted = {f"predicted_{name}": values[:] for name, values in properties.items()}
        for start in tqdm(range(0, len(ids), BATCH), "decode", mininterval=10, file=sys.stderr):
            graphs = file["graphs"][start : start + BATCH]
            layout = file.attrs["layout"]
            found = decode_graphs(graphs, networks, threshold, min_distance, layout=layout)
            if exact:
                asked = file["counts"][start : start + BATCH]
                found = [_as_asked(*pair) for pair in zip(found, asked, strict=True)]
            decoded += found
    crystals = to_manifest(variant, ids, decoded).assign(**predicted)
    valid = int(crystals.has_structure().sum())
    logger.info("%d of %d graphs are valid crystals", valid, len(crystals))
    return crystals


def _as_asked(decoded: Decoded, counts: NDArray[np.integer]) -> Decoded:
    """Let a crystal be valid only if its cell holds the atoms (100,) that were asked for."""
    if not decoded.valid or decoded.structure is None:
        return decoded
    found = np.bincount([site.specie.Z for site in decoded.structure], minlength=len(counts))
    if (found == counts).all():
        return decoded
    return Decoded(OTHER_COMPOSITION, decoded.elements, decoded.structure)
