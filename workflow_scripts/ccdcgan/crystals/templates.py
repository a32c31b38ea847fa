"""Templates: crystals whose elements are exchanged for others.

On the board of tiles an exchange of elements moves tiles: of a crystal's graph the atoms of an
element stay what they are, in the place of another one. Which element may stand where another stood
is judged by the elements' properties; nothing is learnt.
"""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike

import numpy as np
from numpy.typing import NDArray
from pymatgen.core import Element
from scipy.special import logsumexp, softmax

from ccdcgan.core.errors import InputError
from ccdcgan.crystals.arrays import MAX_ATOMS
from ccdcgan.crystals.compositions import NUMBERS
from ccdcgan.crystals.table import Crystals
from ccdcgan.crystals.volumes import atomic_volumes

STRUCTURE_TYPE = "structure_type"
"""The column that names the structure type of a template."""
ENERGY = "formation_energy_per_atom"
PROPERTIES = 3  # numbers of an element that stand for its likeness to others
PROPERTY_UNIT = 0.7  # the distance by properties at which a template counts 1/e
REPEATS = 1.2  # how much farther each further template of a structure type counts
TRIES = 200  # draws of new elements for a template, before another one is drawn
TEMPLATES = 100  # templates drawn in vain, before exchanges count as too unlikely
Pattern = tuple[int, ...]


@dataclass(frozen=True)
class Exchange:
    """A template (its row) and the elements that take the places of its own, by atomic number."""

    template: int
    elements: Mapping[int, int]


@dataclass(frozen=True)
class Rearrangement:
    """Atoms, by atomic number, that are dealt out to the places of any template with as many."""

    atoms: Mapping[int, int]

    @classmethod
    def of(cls, counts: NDArray[np.integer]) -> "Rearrangement":
        """Take the atoms of a composition (100,)."""
        return cls({int(number): int(counts[number]) for number in np.flatnonzero(counts)})


class Templates:
    """Crystals whose elements may be exchanged, by how many atoms of each element they have.

    crystals: with the column `STRUCTURE_TYPE`, and with formation energies where they are known.
    The distance of an exchange is the sum of those between old and new elements (`distances`, 100
    by 100, see `element_distances`). `atoms` (n, 100) are those of the cells by number, `volumes`
    (100; Å³) those that an atom of each element takes up.
    """

    def __init__(self, crystals: Crystals) -> None:
        arrays = crystals.arrays()
        self.species, self.coords, self.cells = (
            arrays["species"],
            arrays["coords"],
            arrays["cell"],
        )
        self.types = np.unique(crystals[STRUCTURE_TYPE], return_inverse=True)[1]
        energies = crystals.table.get(ENERGY, np.full(len(crystals), np.nan))
        self.energies = np.asarray(energies, dtype=float)
        self.atoms = (self.species[:, :, None] == np.arange(NUMBERS)).sum(axis=1)
        self.atoms[:, 0] = 0  # places without an atom
        self.volumes = atomic_volumes(
            self.atoms, self.cells[:, [0, 2, 5]].astype(float).prod(axis=1)
        )
        self.distances = element_distances()
        self.numbers: list[list[int]] = []
        rows: dict[Pattern, list[int]] = {}
        for row, atoms in enumerate(self.atoms):
            numbers, pattern = by_count(atoms)
            self.numbers.append(numbers)
            rows.setdefault(pattern, []).append(row)
        self.patterns = {
            pattern: (np.array(found), np.array([self.numbers[row] for row in found]))
            for pattern, found in rows.items()
        }
        self.sizes = np.count_nonzero(self.species, axis=1)
        self.present = np.flatnonzero(self.atoms.any(axis=0))
        self._known_chances: dict[float, NDArray[np.float64]] = {}

    def for_composition(self, counts: NDArray[np.integer], limit: int) -> list[Exchange]:
        """List at most `limit` exchanges that give a composition (100,), the likeliest first.

        They are ordered by their distance less ln Σ exp(−2 × distance), the sum being over the
        templates of their structure type: a type that many like templates have is likelier. Each
        further template of a type counts `REPEATS` farther than the one before it, so that other
        types have their turn. An exchange that leaves a template as it is is none.
        """
        numbers, pattern = by_count(counts)
        if pattern not in self.patterns:
            return []
        rows, old = self.patterns[pattern]
        distances, new = self._nearest(old, numbers, pattern)
        changed = (new != old).any(axis=1)
        rows, old, new, distances = (part[changed] for part in (rows, old, new, distances))
        if not len(rows):
            return []
        types = np.unique(self.types[rows], return_inverse=True)[1]
        weights = np.bincount(types, np.exp(-2 * (distances - distances.min())))[types]
        place = np.zeros(len(rows))
        seen: dict[int, int] = {}
        for row in np.argsort(distances, kind="stable"):
            place[row] = seen.get(types[row], 0)
            seen[types[row]] = int(place[row]) + 1
        score = distances - np.log(weights) + REPEATS * place
        best = np.argsort(score, kind="stable")[:limit]
        return [_exchange(rows[row], old[row], new[row]) for row in best]

    def leading_to(
        self, counts: NDArray[np.integer], among: NDArray[np.bool_], limit: int
    ) -> list[Exchange]:
        """List at most `limit` exchanges that give a composition (100,), the nearest first.

        among: which of the templates (t,) count. Those of the composition's own elements do not.
        """
        numbers, pattern = by_count(counts)
        if pattern not in self.patterns:
            return []
        rows, old = self.patterns[pattern]
        distances, new = self._nearest(old, numbers, pattern)
        order = np.argsort(distances, kind="stable")
        kept = among[rows] & (np.sort(old, axis=1) != np.sort(numbers)).any(axis=1)
        return [_exchange(rows[row], old[row], new[row]) for row in order[kept[order]][:limit]]

    def for_system(
        self, numbers: Sequence[int], max_atoms: int, temperature: float
    ) -> tuple[list[Exchange], NDArray[np.float64]]:
        """List all exchanges that give crystals of just these elements, and how likely each is.

        Of those with the same structure type and composition the nearest one stands for all, with
        the sum of their weights exp(−distance/temperature). Returns the logarithms of the weights,
        since those of low temperatures are too small for numbers.
        """
        found: dict[tuple[int, ...], list[float]] = {}
        chosen: dict[tuple[int, ...], tuple[float, Exchange]] = {}
        for pattern, (rows, old) in self.patterns.items():
            if len(pattern) != len(numbers) or sum(pattern) > max_atoms:
                continue
            for order in itertools.permutations(numbers):
                new = np.array(order)
                distances = self.distances[old, new].sum(axis=1)
                for row, before, distance in zip(rows, old, distances, strict=True):
                    if (before == new).all():
                        continue
                    atoms = sorted(zip(order, pattern, strict=True))
                    key = (int(self.types[row]), *itertools.chain(*atoms))
                    found.setdefault(key, []).append(float(-distance / temperature))
                    if key not in chosen or distance < chosen[key][0]:
                        chosen[key] = (float(distance), _exchange(row, before, new))
        weights = np.array([logsumexp(found[key]) for key in chosen])
        return [exchange for _, exchange in chosen.values()], weights

    def draw(self, random: np.random.Generator, max_atoms: int, temperature: float) -> Exchange:
        """Draw a template and an exchange of its elements, at least one, for others of the data.

        Each element is drawn with a probability proportional to the number of templates that have
        it times exp(−distance/temperature). Raises `InputError` where no template is small enough,
        or the temperature is too low for a change.
        """
        if self.sizes.min() > max_atoms:
            raise InputError(
                f"config generate.max_atoms: {max_atoms}, but the smallest template has "
                f"{self.sizes.min()} atoms; raise it"
            )
        chances = self._chances(temperature)
        for _ in range(TEMPLATES):
            template = int(random.integers(len(self.numbers)))
            while self.sizes[template] > max_atoms:
                template = int(random.integers(len(self.numbers)))
            old = self.numbers[template]
            for _ in range(TRIES):
                new = [int(random.choice(self.present, p=chances[number])) for number in old]
                if len(set(new)) == len(new) and new != old:
                    return _exchange(template, old, new)
        raise InputError(
            f"config generate.exchange: {temperature} exchanges no element of {TEMPLATES} "
            "templates; raise it, or train on crystals of more elements"
        )

    def _chances(self, temperature: float) -> NDArray[np.float64]:
        if temperature not in self._known_chances:
            often = (self.atoms[:, self.present] > 0).sum(axis=0)
            exponents = np.log(often) - self.distances[:, self.present] / temperature
            self._known_chances[temperature] = softmax(exponents, axis=1)
        return self._known_chances[temperature]

    def _nearest(
        self, old: NDArray[np.integer], numbers: Sequence[int], pattern: Pattern
    ) -> tuple[NDArray[np.floating], NDArray[np.integer]]:
        """Pair the elements of each template with `numbers`: least distances, and the new ones."""
        orders = np.array(list(same_counts(pattern)))
        new = np.array(numbers)[orders]
        apart = self.distances[old[:, None], new[None]].sum(axis=-1)
        best = apart.argmin(axis=1)
        return apart[np.arange(len(old)), best], new[best]

    def crystals(self, exchanges: Sequence[Exchange]) -> dict[str, NDArray]:
        """Make the crystals, as in `crystal_arrays`: scaled to the volume of their new elements.

        Beside them `former` (n, MAX_ATOMS): the elements that stood in the places of theirs.
        """
        rows = np.array([one.template for one in exchanges])
        coords, cell = self.coords[rows].copy(), self.cells[rows].copy()
        species, former = np.zeros((2, len(rows), MAX_ATOMS), "i4")
        for place, one in enumerate(exchanges):
            before = self.species[one.template].astype(int)
            after = np.array([one.elements.get(int(number), 0) for number in before])
            used = np.count_nonzero(before)
            order = np.argsort(after[:used], kind="stable")
            species[place, :used] = after[:used][order]
            former[place, :used] = before[:used][order]
            coords[place, :used] = coords[place, :used][order]
            scale = self.volumes[after].sum() / self.volumes[before].sum()
            cell[place] *= np.cbrt(scale)
        return {"species": species, "former": former, "coords": coords, "cell": cell}

    def rearranged(
        self, ways: Sequence[Rearrangement], random: Sequence[np.random.Generator]
    ) -> dict[str, NDArray]:
        """Deal atoms out to the places of templates, all drawn at random, as in `crystal_arrays`.

        The cells are scaled to the volumes of the atoms. Raises `ValueError` where no template has
        as many of them, see `have_as_many`.
        """
        coords = np.zeros((len(ways), MAX_ATOMS, 3), self.coords.dtype)
        species = np.zeros((len(ways), MAX_ATOMS), "i4")
        cell = np.zeros((len(ways), 6), self.cells.dtype)
        for place, (one, noise) in enumerate(zip(ways, random, strict=True)):
            atoms = np.repeat(list(one.atoms), list(one.atoms.values()))
            template = noise.choice(np.flatnonzero(self.sizes == len(atoms)))
            species[place, : len(atoms)] = atoms
            coords[place, : len(atoms)] = noise.permutation(self.coords[template, : len(atoms)])
            scale = self.volumes[atoms].sum() / self.volumes[self.species[template]].sum()
            cell[place] = self.cells[template] * np.cbrt(scale)
        return {"species": species, "coords": coords, "cell": cell}

    def have_as_many(self, counts: NDArray[np.integer]) -> bool:
        """Say whether any template has as many atoms as a composition (100,)."""
        return bool((self.sizes == counts.sum()).any())

    def counts(self, ways: Sequence[Exchange | Rearrangement]) -> NDArray[np.int64]:
        """Count the atoms (n, 100) of the crystals by atomic number."""
        counts = np.zeros((len(ways), NUMBERS), dtype=np.int64)
        for row, one in zip(counts, ways, strict=True):
            if isinstance(one, Rearrangement):
                row[list(one.atoms)] = list(one.atoms.values())
                continue
            before = self.species[one.template]
            for old, new in one.elements.items():
                row[new] = np.count_nonzero(before == old)
        return counts


def element_properties() -> NDArray[np.float64]:
    """Return Mendeleev number/10, 3 × electronegativity and 2 × atomic radius (Å): (100, 3).

    The mean of the others where an element has none.
    """
    found = np.full((NUMBERS, PROPERTIES), np.nan)
    for number in range(1, NUMBERS):
        element = Element.from_Z(number)
        found[number, 0] = element.mendeleev_no / 10
        if element.data.get("X") is not None:
            found[number, 1] = 3 * element.data["X"]
        if element.atomic_radius is not None:
            found[number, 2] = 2 * float(element.atomic_radius)
    mean = np.nanmean(found, axis=0)
    return np.where(np.isnan(found), mean, found)


def element_distances() -> NDArray[np.float64]:
    """Return the distances (100, 100) of any two elements: the differences of their properties."""
    properties = element_properties() / PROPERTY_UNIT
    return np.abs(properties[:, None] - properties[None]).sum(axis=-1)


def read_templates(path: str | PathLike[str]) -> Crystals:
    """Read a table of templates; `InputError` if it is damaged or lacks the structure types."""
    return Crystals.read(path, [STRUCTURE_TYPE])


def by_count(counts: NDArray[np.integer]) -> tuple[list[int], Pattern]:
    """Sort the atomic numbers of a composition (100,) by their numbers of atoms; return both."""
    numbers = [number for number in np.flatnonzero(counts).tolist() if number]
    numbers.sort(key=lambda number: (counts[number], number))
    return numbers, tuple(int(counts[number]) for number in numbers)


def same_counts(pattern: Pattern) -> Iterator[tuple[int, ...]]:
    """Go through the orders of elements in which those with the same number of atoms change."""
    groups = [
        list(places) for _, places in itertools.groupby(range(len(pattern)), pattern.__getitem__)
    ]
    for parts in itertools.product(*map(itertools.permutations, groups)):
        yield tuple(itertools.chain(*parts))


def _exchange(template: int, old: Iterable[int], new: Iterable[int]) -> Exchange:
    return Exchange(int(template), {int(a): int(b) for a, b in zip(old, new, strict=True)})
