"""Which template a crystal starts from, and which elements take the places of its own."""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp, softmax

from ccdcgan.core.errors import InputError
from ccdcgan.crystals.arrays import MAX_ATOMS
from ccdcgan.crystals.compositions import MAX_ELEMENTS
from ccdcgan.networks.files import to_numpy
from ccdcgan.networks.templates import TemplateGenerator
from ccdcgan.representation.graph_layout import TILES

REPEATS = 0.3  # how much less a further template of a structure type counts than the one before it
TRIES = 200  # draws of new elements for a template, before another one is drawn
TEMPLATES = 100  # templates drawn in vain, before exchanges count as too unlikely
Pattern = tuple[int, ...]


@dataclass(frozen=True)
class Exchange:
    """A template (its row) and the elements that take the places of its own, by atomic number."""

    template: int
    elements: Mapping[int, int]


class Templates:
    """The templates of a trained generator, by how many atoms of each element they have."""

    def __init__(self, generator: TemplateGenerator) -> None:
        self.held = {name: to_numpy(value) for name, value in generator.held.items()}
        self.distances = to_numpy(generator.finding_distances())
        self.drawn = to_numpy(generator.drawing_distances())
        self.volumes = np.array(generator.settings["volumes"])
        self.numbers: list[list[int]] = []
        self.pattern_of: list[Pattern] = []
        rows: dict[Pattern, list[int]] = {}
        for row, species in enumerate(self.held["species"]):
            numbers, pattern = by_count(np.bincount(species, minlength=TILES))
            self.numbers.append(numbers)
            self.pattern_of.append(pattern)
            rows.setdefault(pattern, []).append(row)
        self.patterns = {
            pattern: (np.array(found), np.array([self.numbers[row] for row in found]))
            for pattern, found in rows.items()
        }
        self.sizes = np.count_nonzero(self.held["species"], axis=1)
        self.present = np.unique(self.held["species"][self.held["species"] > 0]).astype(int)
        self._known_chances: dict[float, NDArray[np.float64]] = {}

    def for_composition(self, counts: NDArray[np.integer], limit: int) -> list[Exchange]:
        """List at most `limit` exchanges that give a composition (100,), the likeliest first.

        The likelihood of a structure type is summed over its templates, and each type is stood for
        by its nearest template; further ones of the same type count less and less. An exchange
        that leaves a template as it is is none.
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
        weights = np.exp(distances.min() - distances)
        types = np.unique(self.held["types"][rows], return_inverse=True)[1]
        mass = np.bincount(types, weights)[types]
        order = np.argsort(distances, kind="stable")
        place = np.zeros(len(order))
        seen: dict[int, int] = {}
        for row in order:
            place[row] = seen.get(types[row], 0)
            seen[types[row]] = int(place[row]) + 1
        best = np.lexsort((distances, -mass * REPEATS**place))[:limit]
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
                    key = (int(self.held["types"][row]), *itertools.chain(*atoms))
                    found.setdefault(key, []).append(float(-distance / temperature))
                    if key not in chosen or distance < chosen[key][0]:
                        chosen[key] = (float(distance), _exchange(row, before, new))
        weights = np.array([logsumexp(found[key]) for key in chosen])
        return [exchange for _, exchange in chosen.values()], weights

    def draw(self, random: np.random.Generator, max_atoms: int, temperature: float) -> Exchange:
        """Draw a template and an exchange of its elements, at least one, for others of the data.

        Each element is drawn with a probability proportional to exp(−distance/temperature). Raises
        `InputError` where no template is small enough, or the temperature is too low for a change.
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

    def propose(self, template: int, random: np.random.Generator) -> tuple[Exchange, float]:
        """Draw an exchange of a template's elements; return it and the logarithm of its chance.

        It may leave elements as they are, but does not make two of them one where it can help it.
        """
        old, chances = self.numbers[template], self._chances(1.0)
        for _ in range(TRIES):
            new = [int(random.choice(self.present, p=chances[number])) for number in old]
            if len(set(new)) == len(new):
                break
        else:
            new = old
        places = np.searchsorted(self.present, new)
        return _exchange(template, old, new), float(np.log(chances[old, places]).sum())

    def ways_to(self, crystals: Sequence[int], limit: int) -> dict[str, NDArray]:
        """List the nearest exchanges of other templates that lead to some of the crystals (b rows).

        `old` and `new` (b, limit, MAX_ELEMENTS): atomic numbers, 0 where there is none; `listed`
        (b, limit): whether there is an exchange; `alike` (b, limit): whether its template is of
        the crystal's structure type. The nearest of that type is among them. Templates of the
        crystal's own elements are left out.
        """
        shape = (len(crystals), limit)
        ways = {
            "old": np.zeros((*shape, MAX_ELEMENTS), "i4"),
            "new": np.zeros((*shape, MAX_ELEMENTS), "i4"),
            "listed": np.zeros(shape, bool),
            "alike": np.zeros(shape, bool),
        }
        for place, crystal in enumerate(crystals):
            numbers, pattern = self.numbers[crystal], self.pattern_of[crystal]
            rows, old = self.patterns[pattern]
            distances, new = self._nearest(old, numbers, pattern)
            others = (np.sort(old, axis=1) != np.sort(numbers)).any(axis=1)
            alike = (self.held["types"][rows] == self.held["types"][crystal]) & others
            distances = np.where(others, distances, np.inf)
            order = np.argsort(distances, kind="stable")[:limit]
            if alike.any() and not alike[order].any():
                order[-1] = np.argmin(np.where(alike, distances, np.inf))
            width = len(numbers)
            ways["old"][place, : len(order), :width] = old[order]
            ways["new"][place, : len(order), :width] = new[order]
            ways["listed"][place, : len(order)] = others[order]
            ways["alike"][place, : len(order)] = alike[order]
        return ways

    def _chances(self, temperature: float) -> NDArray[np.float64]:
        if temperature not in self._known_chances:
            exponents = -self.drawn[:, self.present].astype(float) / temperature
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
        coords, cell = self.held["coords"][rows].copy(), self.held["cell"][rows].copy()
        species, former = np.zeros((2, len(rows), MAX_ATOMS), "i4")
        for place, one in enumerate(exchanges):
            before = self.held["species"][one.template].astype(int)
            after = np.array([one.elements.get(int(number), 0) for number in before])
            used = np.count_nonzero(before)
            order = np.argsort(after[:used], kind="stable")
            species[place, :used] = after[:used][order]
            former[place, :used] = before[:used][order]
            coords[place, :used] = coords[place, :used][order]
            scale = self.volumes[after].sum() / self.volumes[before].sum()
            cell[place] *= np.cbrt(scale)
        return {"species": species, "former": former, "coords": coords, "cell": cell}

    def counts(self, exchanges: Sequence[Exchange]) -> NDArray[np.int64]:
        """Count the atoms (n, 100) of the crystals by atomic number."""
        counts = np.zeros((len(exchanges), TILES), dtype=np.int64)
        for row, one in zip(counts, exchanges, strict=True):
            before = self.held["species"][one.template]
            for old, new in one.elements.items():
                row[new] = np.count_nonzero(before == old)
        return counts


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
