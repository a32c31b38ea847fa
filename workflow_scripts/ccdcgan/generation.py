"""Generated graphs: made in batches, stored, and decoded into crystals."""

import logging
import sys
from collections.abc import Callable, Mapping, Sequence
from os import PathLike
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pymatgen.core import Element, Structure
from tqdm import tqdm

from ccdcgan.constraint import predict
from ccdcgan.crystals import places_of
from ccdcgan.decoding import Decoders, decode_graphs
from ccdcgan.denoising import denoise
from ccdcgan.graph_data import GRAPHS, GraphTable, composition_places
from ccdcgan.manifest import Decoded, graph_numbers, to_manifest
from ccdcgan.networks.constraint import Constraint
from ccdcgan.networks.denoiser import Denoiser
from ccdcgan.networks.generator import Generator
from ccdcgan.shards import read_shard, strings, write_shard
from ccdcgan.training import to_numpy

logger = logging.getLogger(__name__)
BATCH = 100


def compositions(graphs: GraphTable, prices: NDArray, temper: float) -> list[dict[str, Any]]:
    """The compositions of the training part: atoms by element, and their weights.

    A training graph weighs exp(−price/temper): the composition, too, is chosen by equation (2).
    `prices` (n) are those of the training graphs in their order.
    """
    train = graphs.part("train")
    rows = np.concatenate([train.numbers[:, 1:], train.counts[:, 1:]], axis=1)
    unique, place = np.unique(rows, axis=0, return_inverse=True)
    weights = np.bincount(place.ravel(), np.exp(-(prices - prices.min()) / temper))
    half = unique.shape[1] // 2
    return [
        {
            "atoms": {
                Element.from_Z(int(number)).symbol: int(count)
                for number, count in zip(row[:half], row[half:], strict=True)
                if number
            },
            "weight": float(weight),
        }
        for row, weight in zip(unique, weights, strict=True)
    ]


def generate_batch(
    output: str | PathLike[str],
    generator: Generator,
    denoiser: Denoiser,
    constraints: Sequence[Constraint],
    distribution: tuple[NDArray[np.int64], NDArray[np.float64]],
    *,
    variant: str,
    batch: int,
    batches: int,
    graphs: int,
    start: float,
    levels: int,
    settle: int,
    seed: int,
    notes: Mapping[str, Any],
    move: Callable[[NDArray, Mapping[str, NDArray]], NDArray] | None = None,
) -> None:
    """Write one of `batches` batches of `graphs` graphs.

    Graph number n is made from noise and a composition that depend on the seed and n alone. `move`
    may change the noise of some compositions before anything is made of it, see `descend`. The
    generator places the atoms; from the noise level `start` (Å) the denoiser moves them and the
    cell in so many `levels` (with 0 not at all) and steps to `settle`, see `denoise`.
    Arrays: `graphs` (m, 160, 160; f4), `id` (m), `counts` (m, 100; u1: the composition asked
    for) and `property/NAME` (m; f8), the constraints' predictions.
    """
    counts, weights = distribution
    numbers = graph_numbers(graphs, batch, batches)
    with write_shard(output, GRAPHS, {"layout": "tiles"}, notes) as shard:
        shard.array("graphs", (160, 160), "f4")
        predictions: dict[str, list[NDArray[np.floating]]] = {c.name: [] for c in constraints}
        asked = []
        for first in tqdm(range(0, len(numbers), BATCH), "graphs", mininterval=10, file=sys.stderr):
            random = [np.random.default_rng([seed, n]) for n in numbers[first : first + BATCH]]
            chosen = [one.choice(len(weights), p=weights) for one in random]
            noise = np.stack([one.standard_normal(generator.noise, dtype="f4") for one in random])
            elements, atoms = composition_places(counts[chosen])
            species = places_of(elements, atoms)
            if move:
                noise = move(noise, {"numbers": elements, "counts": atoms, "species": species})
            _, coords, cell = generator.network([noise, elements, atoms])
            crystals = {
                "species": species,
                "coords": to_numpy(coords),
                "cell": to_numpy(cell),
            }
            if levels:
                crystals = denoise(
                    denoiser, crystals, random, start=start, levels=levels, settle=settle
                )
            made = to_numpy(generator.draw(crystals["coords"], crystals["cell"], elements, atoms))
            shard.append("graphs", made)
            asked.append(counts[chosen])
            for constraint in constraints:
                values = predict(constraint, {**crystals, "graphs": made})
                predictions[constraint.name].append(values)
        shard.column("counts", np.concatenate(asked).astype("u1"))
        shard.strings("id", [f"{variant}-{number:06d}" for number in numbers])
        for name, found in predictions.items():
            shard.column(f"property/{name}", np.concatenate(found).astype("f8"))


def decode_batch(
    path: str | PathLike[str], networks: Decoders, variant: str, settings: Mapping[str, Any]
) -> tuple[pd.DataFrame, dict[str, Structure]]:
    """The manifest, a row a graph, and the valid crystals by id, of one batch.

    `settings`: threshold and min_distance, see `decode_graphs`.
    """
    decoded: list[Decoded] = []
    with read_shard(path, GRAPHS) as file:
        ids = strings(file["id"])
        predicted = {f"predicted_{name}": values[:] for name, values in file["property"].items()}
        for start in tqdm(range(0, len(ids), BATCH), "decode", mininterval=10, file=sys.stderr):
            graphs = file["graphs"][start : start + BATCH]
            decoded += decode_graphs(graphs, networks, layout=file.attrs["layout"], **settings)
    manifest, crystals = to_manifest(variant, ids, decoded)
    for name, values in predicted.items():
        manifest[name] = values
    logger.info("%d of %d graphs are valid crystals", len(crystals), len(manifest))
    return manifest, crystals
