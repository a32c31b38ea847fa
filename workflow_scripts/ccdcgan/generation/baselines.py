"""Crystals that no network made, to compare the generated ones with.

`random`: symmetric crystals with atoms at random places, by PyXtal (Fredericks et al., Computer
Physics Communications 261, 107810 (2021)). `exchange`: training structures whose elements were
exchanged for others that replace them often (Hautier et al., Inorg. Chem. 50, 656 (2011)).
"""

import itertools
import logging
import sys
import warnings
from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray
from pymatgen.analysis.structure_prediction.substitution_probability import SubstitutionProbability
from pymatgen.analysis.structure_prediction.volume_predictor import RLSVolumePredictor
from pymatgen.core import Element, Structure
from pyxtal import pyxtal
from pyxtal.lattice import Lattice
from pyxtal.msg import Comp_CompatibilityError, VolumeError
from pyxtal.symmetry import Group
from tqdm import tqdm

from ccdcgan.codec.manifest import VALID, Decoded, to_manifest
from ccdcgan.core.settings.generation import GenerateSettings
from ccdcgan.crystals.compositions import Compositions, count_atoms
from ccdcgan.crystals.table import Crystals, shortest_distance
from ccdcgan.crystals.volumes import atomic_volumes
from ccdcgan.generation.compositions import graph_numbers
from ccdcgan.generation.conditions import drawn_compositions
from ccdcgan.representation.graph_layout import TILES

logger = logging.getLogger(__name__)
Maker = Callable[[NDArray[np.int64], np.random.Generator], Structure]
EXACT = 0.01
"""Å; how far atoms of symmetric crystals may lie from where symmetry puts them."""
TRIES = 30
"""Space groups that are tried for a random crystal."""


class NoCrystalError(Exception):
    """A composition that a baseline makes no crystal of; the message is the manifest's status."""


def baseline_shard(
    maker: Maker,
    compositions: Compositions,
    *,
    variant: str,
    shard: int,
    shards: int,
    graphs: int,
    min_distance: float,
    seed: int,
) -> Crystals:
    """Make one of `shards` shards of `graphs` crystals; the columns are those of `to_manifest`.

    Crystal number n depends on the seed and n alone. `min_distance`: Å; atoms closer make no valid
    crystal.
    """
    numbers = graph_numbers(graphs, shard, shards)
    decoded = []
    for number in tqdm(numbers, variant, mininterval=10, file=sys.stderr):
        random = np.random.default_rng([seed, int(number)])
        asked = compositions.draw(random)
        decoded.append(_made(maker, asked, random, min_distance))
    names = [f"{variant}-{number:06d}" for number in numbers]
    crystals = to_manifest(variant, names, decoded)
    logger.info("%d of %d are valid crystals", int(crystals.has_structure().sum()), len(crystals))
    return crystals


def make_shard(
    variant: str,
    structures: Crystals,
    settings: GenerateSettings,
    *,
    shard: int,
    min_distance: float,
    seed: int,
) -> Crystals:
    """Make one shard of the crystals of the baseline `variant`, learnt from the training part.

    The rest is as in `baseline_shard`.
    """
    return baseline_shard(
        MAKERS[variant](structures.part("train").phases()),
        drawn_compositions(Compositions.of_training(structures.part("train")["species"]), settings),
        variant=variant,
        shard=shard,
        shards=settings.shards,
        graphs=settings.graphs,
        min_distance=min_distance,
        seed=seed,
    )


def _made(
    maker: Maker, asked: NDArray[np.int64], random: np.random.Generator, min_distance: float
) -> Decoded:
    elements = [Element.from_Z(int(number)).symbol for number in np.flatnonzero(asked)]
    try:
        crystal = maker(asked, random)
    except NoCrystalError as error:
        return Decoded(str(error), elements)
    close = shortest_distance(crystal) < min_distance
    return Decoded("atoms too close" if close else VALID, elements, crystal)


def random_crystals(train: Crystals) -> Maker:
    """Return what makes random symmetric crystals with the atomic volumes of `train`."""
    cells = (train["volume_per_atom"] * train["num_sites"]).to_numpy(float)
    volumes = atomic_volumes(count_atoms(train["species"]), cells)

    def make(asked: NDArray[np.int64], random: np.random.Generator) -> Structure:
        numbers = np.flatnonzero(asked)
        species = [Element.from_Z(int(number)).symbol for number in numbers]
        atoms = [int(asked[number]) for number in numbers]
        volume = float(asked @ volumes)
        for number in random.permutation(np.arange(1, 231))[:TRIES]:
            group = Group(int(number))
            crystal = pyxtal()
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    cell = Lattice(
                        group.lattice_type, volume * group.cellsize(), random_state=random
                    )
                    crystal.from_random(
                        3,
                        group,
                        species,
                        atoms,
                        lattice=cell,
                        conventional=False,
                        max_count=1,
                        random_state=random,
                    )
            except (Comp_CompatibilityError, VolumeError, RuntimeError):
                continue  # no such sites in the group, or atoms too close
            return crystal.to_pymatgen().get_primitive_structure(tolerance=EXACT)
        raise NoCrystalError(f"no random crystal in {TRIES} space groups")

    return make


def exchanged_crystals(train: Crystals) -> Maker:
    """Return what exchanges the elements of one of the structures `train`.

    A composition is made from a structure of another one with the same numbers of atoms, drawn
    with the probability that its elements are replaced by those asked for. The volume follows the
    atomic radii.
    """
    names: dict[tuple[int, ...], list[str]] = {}
    elements: dict[str, list[int]] = {}
    for name, counts in zip(train, count_atoms(train["species"]), strict=True):
        elements[name], pattern = _by_count(counts)
        names.setdefault(pattern, []).append(name)
    likeness = exchange_probabilities()

    def make(asked: NDArray[np.int64], random: np.random.Generator) -> Structure:
        numbers, pattern = _by_count(asked)
        alike = [name for name in names.get(pattern, []) if elements[name] != numbers]
        if not alike:
            raise NoCrystalError("no training structure to exchange elements in")
        old = np.array([elements[name] for name in alike])
        orders = [
            list(order)
            for order in itertools.permutations(range(len(numbers)))
            if all(pattern[i] == pattern[j] for i, j in enumerate(order))
        ]
        new = np.array(numbers)[orders]
        weights = likeness[old[:, None], new[None]].prod(axis=-1)
        drawn = random.choice(weights.size, p=weights.ravel() / weights.sum())
        place, order = np.unravel_index(drawn, weights.shape)
        pairs = zip(old[place], new[order], strict=True)
        return _exchanged(train.structure(alike[place]), dict(pairs))

    return make


def _by_count(counts: NDArray[np.int64]) -> tuple[list[int], tuple[int, ...]]:
    """Sort atomic numbers by their numbers of atoms; return both."""
    numbers = sorted(np.flatnonzero(counts).tolist(), key=lambda z: (counts[z], z))
    return numbers, tuple(int(counts[z]) for z in numbers)


def _exchanged(structure: Structure, elements: dict[int, int]) -> Structure:
    pairs = [(Element.from_Z(int(a)), Element.from_Z(int(b))) for a, b in elements.items()]
    lacking = [one.symbol for pair in pairs for one in pair if one.atomic_radius is None]
    if lacking:
        raise NoCrystalError(f"no atomic radius of {min(lacking)}")
    crystal = structure.copy()
    crystal.replace_species({old.symbol: new.symbol for old, new in pairs})
    predictor = RLSVolumePredictor(check_isostructural=False, radii_type="atomic")
    return predictor.get_predicted_structure(crystal, structure)


@cache
def exchange_probabilities() -> NDArray[np.float64]:
    """Estimate how likely two elements stand in the same place of like structures (100, 100).

    The probabilities of ionic substitutions of Hautier et al., as pymatgen has them, summed over
    the oxidation states. Elements without an entry get that of an unknown pair.
    """
    ions = SubstitutionProbability()
    unknown = np.exp(ions.alpha) / ions.Z
    found = np.zeros((TILES, TILES))
    for first, second in itertools.combinations_with_replacement(ions.species, 2):
        one, other = first.element.Z, second.element.Z
        if max(one, other) < TILES:
            # Each pair stands for both of its orders, an ion with itself for one.
            found[one, other] += ions.prob(first, second) / (1 + (first == second))
    found += found.T
    return np.where(found > 0, found, unknown)


MAKERS: dict[str, Callable[[Crystals], Maker]] = {
    "random": random_crystals,
    "exchange": exchanged_crystals,
}
