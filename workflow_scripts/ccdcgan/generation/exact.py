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
from ccdcgan.generation.conditions import asked_counts, check_trained
from ccdcgan.generation.exchange import TemplateMaker, Way, place_factors, repeated

logger = logging.getLogger(__name__)
Made = dict[str, NDArray]


class ExactMaker:
    """Makes crystals of named compositions from templates.

    Of each composition the likeliest exchanges come first; where constraints choose, `proposals`
    times as many are proposed, and those come first whose losses are lowest once those of less
    likely ones are raised (`place_factors`). Of the others see `TemplateMaker.samples`. A
    composition that is made in no way gives graphs of zeros, which are no crystals.
    """

    def __init__(self, maker: TemplateMaker, settings: GenerateSettings) -> None:
        self.maker, self.counts = maker, asked_counts(settings)
        check_trained(self.counts, maker.compositions)
        wanted = settings.samples * (settings.proposals if maker.terms else 1)
        self.ways = [self._listed(row, wanted, settings.samples) for row in self.counts]

    def _listed(self, counts: NDArray[np.integer], wanted: int, samples: int) -> list[Way]:
        exchanges = self.maker.templates.for_composition(counts, wanted)
        if exchanges and self.maker.terms:
            losses = self.maker.losses(exchanges) * place_factors(len(exchanges))
            exchanges = [exchanges[place] for place in np.argsort(losses, kind="stable")]
        ways = self.maker.samples(counts, exchanges, samples)
        if not exchanges:
            atoms = {Element.from_Z(int(n)): int(counts[n]) for n in np.flatnonzero(counts)}
            name = Composition(atoms).formula
            instead = "its atoms take the places of others" if ways else "nothing is made of it"
            logger.warning("%s: no template has as many atoms of its elements; %s", name, instead)
        return ways

    def make(self, numbers: NDArray[np.integer]) -> Made:
        """Make the graphs of some numbers: see `TemplateMaker.make`."""
        rows = [int(number) % len(self.counts) for number in numbers]
        chosen: list[Way] = []
        noise: list[np.random.Generator | None] = []
        places = []
        for place, (number, row) in enumerate(zip(numbers, rows, strict=True)):
            sample, ways = int(number) // len(self.counts), self.ways[row]
            if ways:
                places.append(place)
                chosen.append(ways[sample])
                noise.append(self.maker.noise(int(number), repeated=repeated(ways, sample)))
        return _among(len(numbers), places, self._graphs(chosen, noise), self.counts[rows])

    def _graphs(self, chosen: Sequence[Way], noise: Sequence[np.random.Generator | None]) -> Made:
        # One way stands in where no graph has any, for the shapes of the arrays alone.
        if chosen:
            return self.maker.graphs(chosen, noise)
        held = next((ways for ways in self.ways if ways), None)
        if held is None:
            raise InputError(
                "config generate.compositions: none of them can be made of a template; name "
                "others, or take gan.network: atoms"
            )
        made = self.maker.graphs(held[:1], [np.random.default_rng(0)])
        return {name: values[:0] for name, values in made.items()}


def _among(number: int, places: Sequence[int], made: Made, counts: NDArray[np.integer]) -> Made:
    """Put what was made among rows of zeros, all of which say what was asked for."""
    arrays = {}
    for name, values in made.items():
        arrays[name] = np.zeros((number, *values.shape[1:]), values.dtype)
        arrays[name][list(places)] = values
    return {**arrays, "counts": counts}
