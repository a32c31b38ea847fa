"""Crystal structures predicted from compositions alone, and compared with the true ones.

The networks are told how many atoms of each element the cell holds, as the benchmarks of crystal
structure prediction are (DiffCSP, Jiao et al., NeurIPS 2023), and nothing else of the structure.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from os import PathLike

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pymatgen.core import Element, Structure
from tqdm import tqdm

from ccdcgan.codec.decode import decode_graphs
from ccdcgan.codec.manifest import OTHER_COMPOSITION, Decoded
from ccdcgan.core.artifacts import stable_seed
from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.analysis import CspSettings
from ccdcgan.core.settings.constraint import ConstraintProperty
from ccdcgan.core.settings.decode import DecodeSettings
from ccdcgan.core.settings.generation import GenerateSettings
from ccdcgan.crystals.arrays import MAX_ATOMS
from ccdcgan.crystals.compositions import MAX_ELEMENTS, Compositions, count_atoms
from ccdcgan.crystals.table import ATOMS, Crystals, atoms_of
from ccdcgan.crystals.templates import read_templates
from ccdcgan.evaluation.match_rate import PREDICTED
from ccdcgan.evaluation.round_trip import CDVAE, rms_displacement
from ccdcgan.generation.exchange import TemplateMaker, Way, repeated
from ccdcgan.generation.generate import make_crystals
from ccdcgan.networks.autoencoder import Autoencoders
from ccdcgan.networks.denoiser import Denoiser
from ccdcgan.networks.files import load_model
from ccdcgan.networks.generator import Generator
from ccdcgan.networks.refiner import Refiner
from ccdcgan.training.constraint_loss import ConstraintTerm, load_terms

BATCH = 128  # crystals that are made at once
NO_TEMPLATE = "no template"
Predict = Callable[
    [NDArray[np.integer], Sequence[np.random.Generator], Sequence[int]], list[Decoded]
]
"""Makes a crystal of each composition (b, 100), from noise and the number of the sample."""


def predict_shard(
    structures: Crystals,
    settings: CspSettings,
    *,
    network: str,
    generator: str,
    compositions: str | Sequence[str],
    denoiser: Sequence[str],
    refiner: Sequence[str],
    constraints: Sequence[str],
    properties: Sequence[ConstraintProperty],
    autoencoders: Autoencoders,
    known_phases: str | PathLike[str] | None,
    generate: GenerateSettings,
    decode: DecodeSettings,
    shard: int,
    seed: int,
) -> Crystals:
    """Predict one shard of the sampled structures of the test part; see `predict_structures`.

    network: `gan.network` of the config. Files: of the generator (or of the templates), of the
    compositions that it was trained on (templates need none), of at most one denoiser and one
    refiner, and of a constraint for each of the `properties`, which choose among what is denoised
    (without them nothing is chosen). known_phases: their table, see `TemplateMaker`. Raises
    `InputError` where the test part has no phase.
    """
    judges = load_terms(constraints, properties)
    moved_by = next((load_model(path, Denoiser) for path in denoiser), None)
    predict: Predict
    if network == "templates":
        at_rest = next((load_model(path, Refiner) for path in refiner), None)
        templates = read_templates(generator)
        maker = TemplateMaker(
            templates, autoencoders, moved_by, judges, generate, seed, at_rest, known_phases
        )
        learnt = maker.compositions
        predict = partial(_predict_from_templates, maker, autoencoders, decode, settings.tries)
    else:
        learnt = Compositions.read(str(compositions))
        made_by = load_model(generator, Generator)
        predict = partial(
            _predict,
            made_by,
            moved_by,
            autoencoders,
            generate,
            decode,
            judges=judges,
        )
    trained = np.flatnonzero(learnt.counts.any(axis=0))
    known = {
        Element.from_Z(int(number)).symbol
        for number in trained
        if autoencoders.of(int(number)) is not None
    }
    chosen = sampled_structures(structures, settings.sample, seed)
    mine = chosen.take(list(chosen)[shard :: settings.shards])
    return predict_structures(mine, predict, known, tries=settings.tries, seed=seed)


def sampled_structures(structures: Crystals, number: int | None, seed: int) -> Crystals:
    """Draw at most `number` of the phases of the test part (None: all), by number of atoms.

    So every nth of them is a fair share of the work, and batches hold cells of one size.
    """
    phases = structures.part("test").phases()
    if not len(phases):
        raise InputError(
            "no phase in the part 'test' to predict; enlarge the data or data.split.test"
        )
    return phases.sample(len(phases) if number is None else number, seed).sort("num_sites", "id")


def predict_structures(
    structures: Crystals, predict: Predict, known: set[str], *, tries: int, seed: int
) -> Crystals:
    """Make `tries` crystals of the composition of each structure and compare them with it.

    known: the symbols of the elements that the networks have learnt. They are told the counts of
    atoms of the cell; the noise of sample k depends on the seed, the structure's id and k alone.

    A row a structure, with the columns `PREDICTED`: id, formula, num_sites, split, skipped (why
    nothing was made of it, or ""), status and rms of each sample, and the atoms of the closest
    sample that matches. status: as of `decode_graphs`, or `OTHER_COMPOSITION` where atoms were
    lost or added; rms: of the matcher `CDVAE`, normalised by (V/N)^(1/3), NaN without a match.
    """
    skipped = [reason_to_skip(species, known) for species in structures["species"]]
    counts = count_atoms(structures["species"].tolist())
    status: list[list[str]] = [[] for _ in skipped]
    rms: list[list[float]] = [[] for _ in skipped]
    closest: list[Structure | None] = [None for _ in skipped]
    smallest = np.full(len(skipped), np.inf)
    names = list(structures)
    samples = [(row, k) for row, why in enumerate(skipped) if not why for k in range(tries)]
    progress = tqdm(total=len(samples), desc="samples", mininterval=10, file=sys.stderr)
    for start in range(0, len(samples), BATCH):
        part = samples[start : start + BATCH]
        random = [np.random.default_rng(stable_seed(seed, names[row], str(k))) for row, k in part]
        decoded = predict(counts[[row for row, _ in part]], random, [k for _, k in part])
        for (row, _), one in zip(part, decoded, strict=True):
            found, distance = compare(structures.structure(names[row]), one)
            if distance < smallest[row]:
                smallest[row], closest[row] = distance, one.structure
            status[row].append(found)
            rms[row].append(distance)
            progress.update()
    progress.close()
    table = structures.table[["id", "formula", "num_sites", "split"]].assign(
        skipped=skipped, status=status, rms=rms
    )
    atoms = pd.DataFrame(map(atoms_of, closest), columns=list(ATOMS), index=table.index)
    return Crystals(pd.concat([table, atoms], axis=1)[[*PREDICTED, *ATOMS]])


def reason_to_skip(species: Sequence[str], known: set[str]) -> str:
    """Say why the networks cannot be asked for a cell of these atoms; empty where they can."""
    if len(species) > MAX_ATOMS:
        return f"{len(species)} atoms are more than {MAX_ATOMS}"
    if len(set(species)) > MAX_ELEMENTS:
        return f"{len(set(species))} elements are more than {MAX_ELEMENTS}"
    unknown = sorted(set(species) - known)
    if unknown:
        return f"{', '.join(unknown)} in no structure that the networks were trained on"
    return ""


def compare(original: Structure, sample: Decoded) -> tuple[str, float]:
    """Return what became of a sample, and its normalised RMS displacement; NaN without a match."""
    if not sample.valid or sample.structure is None:
        return sample.status, np.nan
    if sample.structure.composition != original.composition:
        return OTHER_COMPOSITION, np.nan
    try:
        distance = rms_displacement(original, sample.structure, CDVAE)
    except ValueError:  # no Niggli cell of a degenerate lattice
        distance = None
    return sample.status, np.nan if distance is None else distance


def _predict(
    generator: Generator,
    denoiser: Denoiser | None,
    autoencoders: Autoencoders,
    generate: GenerateSettings,
    decode: DecodeSettings,
    counts: NDArray[np.integer],
    random: Sequence[np.random.Generator],
    samples: Sequence[int],
    judges: Sequence[ConstraintTerm],
) -> list[Decoded]:
    """Make crystals and their graphs as `generate` does, and decode the graphs alone."""
    made = make_crystals(generator, denoiser, counts, random, generate, judges)
    return decode_graphs(made["graphs"], autoencoders, decode.threshold, decode.min_distance)


def _predict_from_templates(
    maker: TemplateMaker,
    autoencoders: Autoencoders,
    decode: DecodeSettings,
    tries: int,
    counts: NDArray[np.integer],
    random: Sequence[np.random.Generator],
    samples: Sequence[int],
) -> list[Decoded]:
    """Make crystals of templates and decode the graphs: sample 0 is the likeliest exchange.

    See `TemplateMaker.samples`; of a composition that is made in no way nothing is made.
    """
    known: dict[bytes, list[Way]] = {}
    chosen: list[Way | None] = []
    noises: list[np.random.Generator | None] = []
    for row, sample, noise in zip(counts, samples, random, strict=True):
        if row.tobytes() not in known:
            exchanges = maker.templates.for_composition(row, tries)
            known[row.tobytes()] = maker.samples(row, exchanges, tries)
        ways = known[row.tobytes()]
        chosen.append(ways[sample] if ways else None)
        leaves = bool(ways) and maker.leaves(repeated=repeated(ways, sample))
        noises.append(noise if leaves else None)
    made = [one for one in chosen if one is not None]
    moved = [noise for one, noise in zip(chosen, noises, strict=True) if one is not None]
    found: Iterator[Decoded] = iter(())
    if made:
        graphs = maker.graphs(made, moved)["graphs"]
        found = iter(decode_graphs(graphs, autoencoders, decode.threshold, decode.min_distance))
    return [Decoded(NO_TEMPLATE, []) if one is None else next(found) for one in chosen]
