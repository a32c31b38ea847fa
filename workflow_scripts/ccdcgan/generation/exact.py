"""Crystals of exactly the compositions that are named, some of each.

Graph number n is of composition n modulo their number, so that the first graphs are of all.
"""

import logging
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from pymatgen.core import Composition, Element

from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.generation import GenerateSettings
from ccdcgan.crystals.templates import Exchange
from ccdcgan.generation.conditions import asked_counts, check_trained
from ccdcgan.generation.exchange import TemplateMaker, place_factors

logger = logging.getLogger(__name__)
Made = dict[str, NDArray]


class ExactMaker:
    """Makes crystals of named compositions from templates.

    Of each composition the likeliest exchanges come first; where constraints choose, `proposals`
    times as many are proposed, and those come first whose losses are lowest once those of less
    likely ones are raised (`place_factors`). Where there are fewer exchanges than samples they
    repeat, and leave their templates. A composition without a template gives graphs of zeros,
    which are no crystals.
    """

    def __init__(self, maker: TemplateMaker, settings: GenerateSettings) -> None:
        self.maker, self.counts = maker, asked_counts(settings)
        check_trained(self.counts, maker.compositions)
        wanted = settings.samples * (settings.proposals if maker.terms else 1)
        self.ways = [self._ordered(row, wanted) for row in self.counts]

    def _ordered(self, counts: NDArray[np.integer], wanted: int) -> list[Exchange]:
        ways = list(self.maker.templates.for_composition(counts, wanted))
        if not ways:
            atoms = {Element.from_Z(int(n)): int(counts[n]) for n in np.flatnonzero(counts)}
            name = Composition(atoms).formula
            logger.warning("%s: no template has as many atoms of its elements", name)
        if ways and self.maker.terms:
            losses = self.maker.losses(ways) * place_factors(len(ways))
            order = np.argsort(losses, kind="stable")
            ways = [ways[place] for place in order]
        return ways

    def make(self, numbers: NDArray[np.integer]) -> Made:
        """Make the graphs of some numbers: see `TemplateMaker.make`."""
        rows = [int(number) % len(self.counts) for number in numbers]
        chosen: list[Exchange] = []
        noise: list[np.random.Generator | None] = []
        places = []
        for place, (number, row) in enumerate(zip(numbers, rows, strict=True)):
            sample, ways = int(number) // len(self.counts), self.ways[row]
            if ways:
                places.append(place)
                chosen.append(ways[sample % len(ways)])
                noise.append(self.maker.noise(int(number), repeated=sample >= len(ways)))
        return _among(len(numbers), places, self._graphs(chosen, noise), self.counts[rows])

    def _graphs(
        self, chosen: Sequence[Exchange], noise: Sequence[np.random.Generator | None]
    ) -> Made:
        # One exchange stands in where no graph has any, for the shapes of the arrays alone.
        if chosen:
            return self.maker.graphs(chosen, noise)
        held = next((ways for ways in self.ways if ways), None)
        if held is None:
            raise InputError(
                "config generate.compositions: none of them can be made of a template; name "
                "others, or take gan.network: atoms"
            )
        return {name: values[:0] for name, values in self.maker.graphs(held[:1], [None]).items()}


def _among(number: int, places: Sequence[int], made: Made, counts: NDArray[np.integer]) -> Made:
    """Put what was made among rows of zeros, all of which say what was asked for."""
    arrays = {}
    for name, values in made.items():
        arrays[name] = np.zeros((number, *values.shape[1:]), values.dtype)
        arrays[name][list(places)] = values
    return {**arrays, "counts": counts}
