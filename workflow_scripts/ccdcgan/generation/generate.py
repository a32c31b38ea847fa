"""Generated graphs: made in shards, and stored."""

import logging
import sys
from collections.abc import Callable, Mapping, Sequence
from os import PathLike
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from ccdcgan.codec.graph_table import GRAPHS
from ccdcgan.codec.manifest import graph_numbers
from ccdcgan.core.shards import write_shard
from ccdcgan.crystals.compositions import composition_places, places_of
from ccdcgan.generation.denoise import denoise
from ccdcgan.networks.constraint import Constraint
from ccdcgan.networks.denoiser import Denoiser
from ccdcgan.networks.files import to_numpy
from ccdcgan.networks.generator import Generator
from ccdcgan.networks.paper import PaperGenerator
from ccdcgan.networks.predict import predict
from ccdcgan.representation.graph_layout import lay_out, tiles_of
from ccdcgan.training.paper_gan import check_reads

logger = logging.getLogger(__name__)
BATCH = 100
Move = Callable[[NDArray, Mapping[str, NDArray]], NDArray]


def generate_shard(
    output: str | PathLike[str],
    generator: Generator | PaperGenerator,
    denoiser: Denoiser | None,
    constraints: Sequence[Constraint],
    distribution: tuple[NDArray[np.int64], NDArray[np.float64]],
    settings: Mapping[str, Any],
    *,
    variant: str,
    shard: int,
    seed: int,
    notes: Mapping[str, Any],
    move: Move | None = None,
) -> None:
    """Write the shard number `shard` of those in which a variant's graphs are made.

    `settings` are the section `generate` of the config. Graph number n is made from noise and a
    composition that depend on the seed and n alone; see `_placed`, and for the paper's generator
    `stored`. `move` may change the noise of some compositions before anything is made of it, see
    `descend`. Arrays: `graphs` (m, 160, 160; f4), `id` (m), `counts` (m, 100; u1: the composition
    asked for, zeros where a generator takes none) and `property/NAME` (m; f8), the constraints'
    predictions.
    """
    counts, weights = distribution
    numbers = graph_numbers(settings["graphs"], shard, settings["shards"])
    layout = "tiles"
    if isinstance(generator, PaperGenerator):
        check_reads(constraints)
        layout = generator.layout
        logger.info(
            "graphs without atoms: no denoiser; generate.start, levels and final_steps do nothing"
        )
    with write_shard(output, GRAPHS, {"layout": layout}, notes) as file:
        file.array("graphs", (160, 160), "f4")
        predictions: dict[str, list[NDArray[np.floating]]] = {c.name: [] for c in constraints}
        asked = []
        for first in tqdm(range(0, len(numbers), BATCH), "graphs", mininterval=10, file=sys.stderr):
            random = [np.random.default_rng([seed, n]) for n in numbers[first : first + BATCH]]
            chosen = counts[[one.choice(len(weights), p=weights) for one in random]]
            noise = np.stack([one.standard_normal(generator.noise, dtype="f4") for one in random])
            if isinstance(generator, PaperGenerator):
                elements = chosen[:, 1:] > 0 if settings["systems"] else None
                graphs = to_numpy(generator(noise, training=False))
                crystals = {"graphs": stored(generator, graphs, settings["present"], elements)}
                chosen = np.zeros_like(chosen)
            else:
                crystals = _placed(generator, denoiser, noise, chosen, random, settings, move)
            file.append("graphs", crystals["graphs"])
            asked.append(chosen)
            for constraint in constraints:
                predictions[constraint.name].append(predict(constraint, crystals))
        file.column("counts", np.concatenate(asked).astype("u1"))
        file.strings("id", [f"{variant}-{number:06d}" for number in numbers])
        for name, found in predictions.items():
            file.column(f"property/{name}", np.concatenate(found).astype("f8"))


def _placed(
    generator: Generator,
    denoiser: Denoiser | None,
    noise: NDArray[np.float32],
    counts: NDArray[np.int64],
    random: Sequence[np.random.Generator],
    settings: Mapping[str, Any],
    move: Move | None,
) -> dict[str, NDArray]:
    """Crystals of compositions `counts` (b, 100), and their `graphs`.

    The generator places the atoms; from the noise level `start` (Å) the denoiser moves them and
    the cell in so many `levels` (with 0 not at all) and steps to `final_steps`, see `denoise`.
    """
    elements, atoms = composition_places(counts)
    species = places_of(elements, atoms)
    if move:
        noise = move(noise, {"numbers": elements, "counts": atoms, "species": species})
    _, coords, cell = generator.network([noise, elements, atoms])
    crystals = {
        "species": species,
        "coords": to_numpy(coords),
        "cell": to_numpy(cell),
    }
    if settings["levels"] and denoiser is not None:
        ladder = {name: settings[name] for name in ("start", "levels", "final_steps")}
        crystals = denoise(denoiser, crystals, random, **ladder)
    drawn = generator.draw(crystals["coords"], crystals["cell"], elements, atoms)
    return {**crystals, "graphs": to_numpy(drawn)}


def stored(
    generator: PaperGenerator,
    graphs: NDArray[np.float32],
    present: float,
    elements: NDArray[np.bool_] | None = None,
) -> NDArray[np.float32]:
    """Graphs (b, 160, 160) of the paper's generator with zeros where no element is meant.

    An element is present if the norm of its latent vector is at least the share `present` of the
    mean norm of the training elements', or if `elements` (b, 99) says so. Numbers beyond the
    latent vectors are zero, too.
    """
    tiles = tiles_of(graphs, generator.layout).copy()
    tiles[:, 0, generator.lattice :] = 0
    tiles[:, 1:, generator.sites :] = 0
    if elements is None:
        elements = np.linalg.norm(tiles[:, 1:], axis=-1) >= present * generator.norm
    tiles[:, 1:] *= elements[:, :, None]
    return lay_out(tiles, generator.layout)
