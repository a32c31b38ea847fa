"""Generated graphs: made in shards, and stored."""

import logging
import sys
from collections.abc import Callable, Mapping, Sequence
from os import PathLike
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from ccdcgan.core.settings.constraint import ConstraintProperty
from ccdcgan.core.settings.generation import GenerateSettings
from ccdcgan.core.shards import write_shard
from ccdcgan.crystals.compositions import Compositions
from ccdcgan.crystals.templates import read_templates
from ccdcgan.generation.compositions import graph_numbers
from ccdcgan.generation.conditions import drawn_compositions, drawn_elements
from ccdcgan.generation.critic import Critic
from ccdcgan.generation.denoise import denoise
from ccdcgan.generation.exact import ExactMaker
from ccdcgan.generation.exchange import TemplateMaker
from ccdcgan.generation.ranking import lowest, ranking_losses, spawned
from ccdcgan.networks.autoencoder import load_autoencoders
from ccdcgan.networks.constraint import Constraint, check_reads
from ccdcgan.networks.denoiser import Denoiser
from ccdcgan.networks.files import load_model, to_numpy
from ccdcgan.networks.generator import Generator
from ccdcgan.networks.paper import PaperGenerator
from ccdcgan.networks.predict import predict
from ccdcgan.networks.refiner import Refiner
from ccdcgan.networks.registry import GENERATORS
from ccdcgan.networks.tiles import MOST_ELEMENTS, TilesGenerator
from ccdcgan.representation.graph_layout import GRAPHS, lay_out, tiles_of
from ccdcgan.training.constraint_loss import ConstraintTerm, load_terms

logger = logging.getLogger(__name__)
BATCH = 100


def generate_graphs(
    variant: str,
    output: str,
    settings: GenerateSettings,
    *,
    network: str,
    generator: str,
    autoencoders: tuple[str, Sequence[str], Sequence[str]],
    compositions: str | Sequence[str],
    denoiser: Sequence[str],
    refiner: Sequence[str],
    critic: Sequence[str],
    constraints: Sequence[str],
    properties: Sequence[ConstraintProperty],
    ranked: bool,
    known_phases: str | PathLike[str] | None,
    shard: int,
    seed: int,
    notes: Mapping[str, Any],
) -> None:
    """Make one shard of the graphs of a variant from trained networks.

    network: `gan.network` of the config. Files: of the generator (or of the templates), of its
    compositions (templates need none), of at most one denoiser, one refiner and one critic, and of
    a constraint for each of the `properties`.
    autoencoders: arguments of `load_autoencoders`.
    ranked: whether the constraints choose among what is proposed from templates and what is
    denoised. known_phases: their table, see `TemplateMaker`. Otherwise as `generate_shard`.
    """
    terms = load_terms(constraints, properties)
    if network == "templates":
        maker = TemplateMaker(
            read_templates(generator),
            load_autoencoders(*autoencoders),
            next((load_model(path, Denoiser) for path in denoiser), None),
            terms if ranked else [],
            settings,
            seed,
            next((load_model(path, Refiner) for path in refiner), None),
            known_phases,
            next((Critic.read(path) for path in critic), None),
        )
        networks = [term.network for term in terms]
        make = ExactMaker(maker, settings).make if settings.asked else maker.make
        write_graphs(output, make, networks, settings, variant=variant, shard=shard, notes=notes)
        return
    made_by = load_model(generator, GENERATORS[network])
    trained = Compositions.read(str(compositions))
    if isinstance(made_by, TilesGenerator):
        chosen = drawn_elements(trained, settings, MOST_ELEMENTS)
    else:
        chosen = drawn_compositions(trained, settings)
    generate_shard(
        output,
        made_by,
        next((load_model(path, Denoiser) for path in denoiser), None),
        [term.network for term in terms],
        chosen,
        settings,
        variant=variant,
        shard=shard,
        seed=seed,
        notes=notes,
        judges=terms if ranked else [],
    )


def generate_shard(
    output: str | PathLike[str],
    generator: Generator | TilesGenerator | PaperGenerator,
    denoiser: Denoiser | None,
    constraints: Sequence[Constraint],
    compositions: Compositions,
    settings: GenerateSettings,
    *,
    variant: str,
    shard: int,
    seed: int,
    notes: Mapping[str, Any],
    judges: Sequence[ConstraintTerm] = (),
) -> None:
    """Write the shard number `shard` of those in which a variant's graphs are made.

    Graph number n is made from noise and a composition that depend on the seed and n alone; see
    `_place_atoms`, and for the paper's generator `mask_absent_elements`; the generator of tiles
    takes the elements of the composition alone. `judges` take the best of `generate.tries` crystals
    of a generator that places atoms.

    Arrays: `graphs` (m, 160, 160; f4), `id` (m), `counts` (m, 100; u1: the composition asked for,
    zeros where a generator takes none) and `property/NAME` (m; f8), the constraints' predictions.
    """
    layout = "tiles"
    if not isinstance(generator, Generator):
        check_reads(constraints)
        layout = generator.layout if isinstance(generator, PaperGenerator) else layout
        logger.info(
            "graphs without atoms: no denoiser; generate.start, levels and final_steps do nothing"
        )

    def make(chosen: NDArray[np.integer]) -> dict[str, NDArray]:
        random = [np.random.default_rng([seed, n]) for n in chosen]
        if settings.asked:
            counts = compositions.counts[chosen % len(compositions)]
        else:
            counts = np.stack([compositions.draw(one) for one in random])
        if isinstance(generator, Generator):
            crystals = make_crystals(generator, denoiser, counts, random, settings, judges)
            return {**crystals, "counts": counts}
        if isinstance(generator, TilesGenerator):
            numbers, _ = Compositions.even(counts).places()
            drawn = generator([_noise(generator, random), numbers], training=False)
            return {"graphs": to_numpy(drawn), "counts": np.zeros_like(counts)}
        elements = counts[:, 1:] > 0 if settings.systems else None
        graphs = to_numpy(generator(_noise(generator, random), training=False))
        graphs = mask_absent_elements(generator, graphs, settings.present, elements)
        return {"graphs": graphs, "counts": np.zeros_like(counts)}

    write_graphs(
        output,
        make,
        constraints,
        settings,
        variant=variant,
        shard=shard,
        notes=notes,
        layout=layout,
    )


def write_graphs(
    output: str | PathLike[str],
    make: Callable[[NDArray[np.integer]], Mapping[str, NDArray]],
    constraints: Sequence[Constraint],
    settings: GenerateSettings,
    *,
    variant: str,
    shard: int,
    notes: Mapping[str, Any],
    layout: str = "tiles",
) -> None:
    """Write the shard number `shard` of a variant's graphs, and what constraints predict of them.

    make: gives `graphs` (b, 160, 160), `counts` (b, 100) and what the constraints read of the
    graphs with some numbers.
    """
    numbers = graph_numbers(settings.graphs, shard, settings.shards)
    with write_shard(output, GRAPHS, {"layout": layout}, notes) as file:
        file.array("graphs", (160, 160), "f4")
        predictions: dict[str, list[NDArray[np.floating]]] = {c.name: [] for c in constraints}
        asked = []
        for first in tqdm(range(0, len(numbers), BATCH), "graphs", mininterval=10, file=sys.stderr):
            crystals = make(numbers[first : first + BATCH])
            file.append("graphs", crystals["graphs"])
            asked.append(crystals["counts"])
            for constraint in constraints:
                predictions[constraint.name].append(predict(constraint, crystals))
        file.column("counts", np.concatenate(asked).astype("u1"))
        file.strings("id", [f"{variant}-{number:06d}" for number in numbers])
        for name, found in predictions.items():
            file.column(f"property/{name}", np.concatenate(found).astype("f8"))


def make_crystals(
    generator: Generator,
    denoiser: Denoiser | None,
    counts: NDArray[np.integer],
    random: Sequence[np.random.Generator],
    settings: GenerateSettings,
    judges: Sequence[ConstraintTerm] = (),
) -> dict[str, NDArray]:
    """Make a crystal of each of the compositions `counts` (b, 100; atoms by atomic number).

    All else that decides a crystal is noise: `random` is one generator of it a crystal, so that
    none depends on those that it is made with. With `judges` it is the best of `generate.tries`,
    each of noise of its own. Returns the arrays of `crystal_arrays`, and their `graphs`
    (b, 160, 160); see `_place_atoms`.
    """
    tries = settings.tries if judges else 1
    counts, random = counts.repeat(tries, axis=0), spawned(random, tries)
    noise, inputs = _noise(generator, random), _inputs(Compositions.even(counts))
    crystals = _place_atoms(generator, denoiser, noise, inputs, random, settings)
    if any("graphs" in judge.network.reads for judge in judges):
        crystals["graphs"] = _drawn(generator, crystals, inputs)
    if tries > 1:
        best = lowest(ranking_losses(judges, crystals, counts), tries)
        crystals, inputs = (
            {name: values[best] for name, values in arrays.items()} for arrays in (crystals, inputs)
        )
    if "graphs" not in crystals:
        crystals["graphs"] = _drawn(generator, crystals, inputs)
    return crystals


def _noise(
    generator: Generator | TilesGenerator | PaperGenerator, random: Sequence[np.random.Generator]
) -> NDArray[np.float32]:
    """Draw the noise (b, `noise`) that the generator makes crystals of."""
    return np.stack([one.standard_normal(generator.noise, dtype="f4") for one in random])


def _inputs(compositions: Compositions) -> dict[str, NDArray[np.int32]]:
    """Return what networks read of compositions: numbers, counts (b, k) and species (b, atoms)."""
    numbers, counts = compositions.places()
    return {"numbers": numbers, "counts": counts, "species": compositions.species()}


def _place_atoms(
    generator: Generator,
    denoiser: Denoiser | None,
    noise: NDArray[np.float32],
    inputs: Mapping[str, NDArray[np.int32]],
    random: Sequence[np.random.Generator],
    settings: GenerateSettings,
) -> dict[str, NDArray]:
    """Make crystals, as in `crystal_arrays`, of what networks read.

    The generator places the atoms; from the noise level `start` (Å) the denoiser moves them and
    the cell in so many `levels` and steps to `final_steps`, see `denoise`; with a start or levels
    of 0 not at all.
    """
    numbers, counts = inputs["numbers"], inputs["counts"]
    _, coords, cell = generator.network([noise, numbers, counts])
    crystals = {
        "species": inputs["species"],
        "coords": to_numpy(coords),
        "cell": to_numpy(cell),
    }
    if settings.start and settings.levels and denoiser is not None:
        crystals = denoise(
            denoiser,
            crystals,
            random,
            start=settings.start,
            levels=settings.levels,
            final_steps=settings.final_steps,
        )
    return crystals


def _drawn(
    generator: Generator, crystals: Mapping[str, NDArray], inputs: Mapping[str, NDArray[np.int32]]
) -> NDArray[np.float32]:
    """Draw the graphs (b, 160, 160) of crystals."""
    told = (crystals["coords"], crystals["cell"], inputs["numbers"], inputs["counts"])
    return to_numpy(generator.draw(*told))


def mask_absent_elements(
    generator: PaperGenerator,
    graphs: NDArray[np.float32],
    present: float,
    elements: NDArray[np.bool_] | None = None,
) -> NDArray[np.float32]:
    """Set graphs (b, 160, 160) of the paper's generator to zero where no element is meant.

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
