"""Generated graphs: made in batches, stored, and decoded into crystals."""

import json
import logging
import sys
from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pymatgen.core import Element, Structure
from tqdm import tqdm

from ccdcgan.crystals import places_of
from ccdcgan.decoding import Decoders, decode_graphs, describe
from ccdcgan.errors import InputError
from ccdcgan.graph_data import GRAPHS, GraphTable, composition_places
from ccdcgan.graphs import TILES
from ccdcgan.networks.constraint import Constraint
from ccdcgan.networks.generator import Generator
from ccdcgan.shards import read_shard, strings, write_shard
from ccdcgan.training import to_numpy

logger = logging.getLogger(__name__)
BATCH = 100


def compositions(graphs: GraphTable) -> list[dict[str, Any]]:
    """The compositions of the training part: atoms by element, and how many graphs have it."""
    train = graphs.part("train")
    rows = np.concatenate([train.numbers[:, 1:], train.counts[:, 1:]], axis=1)
    unique, weights = np.unique(rows, axis=0, return_counts=True)
    half = unique.shape[1] // 2
    return [
        {
            "atoms": {
                Element.from_Z(int(number)).symbol: int(count)
                for number, count in zip(row[:half], row[half:], strict=True)
                if number
            },
            "graphs": int(weight),
        }
        for row, weight in zip(unique, weights, strict=True)
    ]


def read_compositions(path: str | PathLike[str]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Counts by atomic number (n, 100) and the probabilities (n,) of the compositions."""
    entries = json.loads(Path(path).read_text())["compositions"]
    if not entries:
        raise InputError(f"{path}: holds no composition; train the generator again")
    counts = np.zeros((len(entries), TILES), dtype=np.int64)
    for row, entry in zip(counts, entries, strict=True):
        for symbol, count in entry["atoms"].items():
            row[Element(symbol).Z] = count
    weights = np.array([entry["graphs"] for entry in entries], dtype=float)
    return counts, weights / weights.sum()


def generate_batch(
    output: str | PathLike[str],
    generator: Generator,
    constraints: Sequence[Constraint],
    distribution: tuple[NDArray[np.int64], NDArray[np.float64]],
    *,
    variant: str,
    batch: int,
    batches: int,
    graphs: int,
    seed: int,
    notes: Mapping[str, Any],
) -> None:
    """Write one of `batches` batches of `graphs` graphs.

    Graph number n is made from noise and a composition that depend on the seed and n alone.
    Arrays: `graphs` (m, 160, 160; f4), `id` (m), `counts` (m, 100; u1: the composition asked
    for) and `property/NAME` (m; f8), the constraints' predictions.
    """
    counts, weights = distribution
    numbers = np.array_split(np.arange(graphs), batches)[batch]
    if not len(numbers):
        raise InputError(
            f"generate.graphs: {graphs} graphs are fewer than generate.batches ({batches})"
        )
    with write_shard(output, GRAPHS, {"layout": "tiles"}, notes) as shard:
        shard.array("graphs", (160, 160), "f4")
        predictions: dict[str, list[NDArray[np.floating]]] = {c.name: [] for c in constraints}
        asked = []
        for start in tqdm(range(0, len(numbers), BATCH), "graphs", mininterval=10, file=sys.stderr):
            noise, chosen = [], []
            for number in numbers[start : start + BATCH]:
                random = np.random.default_rng([seed, number])
                chosen.append(random.choice(len(weights), p=weights))
                noise.append(random.standard_normal(generator.noise, dtype="f4"))
            elements, atoms = composition_places(counts[chosen])
            tiles, coords, cell = generator.network([np.stack(noise), elements, atoms])
            crystals = {"coords": coords, "cell": cell, "species": places_of(elements, atoms)}
            crystals["graphs"] = generator.graph(tiles, elements)
            made = to_numpy(crystals["graphs"])
            shard.append("graphs", made)
            asked.append(counts[chosen])
            for constraint in constraints:
                predictions[constraint.name].append(to_numpy(constraint(crystals)))
        shard.column("counts", np.concatenate(asked).astype("u1"))
        shard.strings("id", [f"{variant}-{number:06d}" for number in numbers])
        for name, values in predictions.items():
            shard.column(f"property/{name}", np.concatenate(values).astype("f8"))


def decode_batch(
    path: str | PathLike[str], networks: Decoders, variant: str, settings: Mapping[str, Any]
) -> tuple[pd.DataFrame, dict[str, Structure]]:
    """The manifest, a row a graph, and the valid crystals by id, of one batch.

    `settings`: threshold and min_distance, see `decode_graphs`.
    """
    rows: list[dict[str, object]] = []
    crystals: dict[str, Structure] = {}
    with read_shard(path, GRAPHS) as file:
        ids = strings(file["id"])
        predicted = {f"predicted_{name}": values[:] for name, values in file["property"].items()}
        for start in tqdm(range(0, len(ids), BATCH), "decode", mininterval=10, file=sys.stderr):
            graphs = file["graphs"][start : start + BATCH]
            decoded = decode_graphs(graphs, networks, layout=file.attrs["layout"], **settings)
            for name, one, row in zip(ids[start:], decoded, describe(decoded), strict=False):
                rows.append({"id": name, "variant": variant, **row})
                if one.valid and one.structure is not None:
                    crystals[name] = one.structure
    manifest = pd.DataFrame(rows)
    manifest["num_sites"] = manifest["num_sites"].astype("Int64")
    manifest["space_group"] = manifest["space_group"].astype("Int64")
    for name, values in predicted.items():
        manifest[name] = values
    logger.info("%d of %d graphs are valid crystals", len(crystals), len(manifest))
    return manifest, crystals
