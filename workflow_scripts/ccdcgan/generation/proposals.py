"""What is proposed for a graph: exchanges of elements in templates, and their losses.

What is proposed for graph number n depends on the seed and n alone. Of chemical systems that are
asked for the likely exchanges are listed and drawn without repeating one until none is left.
"""

import logging
from collections.abc import Mapping, Sequence
from os import PathLike

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.generation import GenerateSettings
from ccdcgan.crystals.compositions import Compositions
from ccdcgan.crystals.table import Crystals
from ccdcgan.crystals.templates import Exchange, Templates
from ccdcgan.generation.compositions import trained_numbers
from ccdcgan.generation.conditions import drawn_compositions, permitted
from ccdcgan.generation.ranking import ranking_losses
from ccdcgan.stability.known_phases import known_formulas, known_hull
from ccdcgan.stability.prediction_hull import PredictionHull
from ccdcgan.training.constraint_loss import ConstraintTerm

logger = logging.getLogger(__name__)
NEAREST = 20  # exchanges that lead to a composition, of which one is drawn
NUCLEUS = 0.99  # share of the probability; the exchanges beyond, the least likely, are left out
TRIES = 1000  # draws for one graph, before what is asked for counts as not to be had


class Proposer:
    """Proposes exchanges in templates, which are crystals with structure types.

    terms: the constraints that choose among the proposals for a graph; none: one is proposed.
    known: the table of known phases, whose compositions `generate.novel` avoids, as those of the
    templates, and above whose hull predicted formation energies count (`generate.hull`).
    """

    def __init__(
        self,
        crystals: Crystals,
        terms: Sequence[ConstraintTerm],
        settings: GenerateSettings,
        seed: int,
        known: str | PathLike[str] | None = None,
    ) -> None:
        self.templates = Templates(crystals)
        self.terms, self.settings, self.seed = terms, settings, seed
        counts, cells = np.unique(self.templates.atoms, axis=0, return_counts=True)
        self.compositions = Compositions(counts, cells.astype(float))
        self.avoided: set[str] = set()
        if settings.novel:
            self.avoided = known_formulas(known) | set(crystals["formula"])
        self.hull: PredictionHull | None = None
        if terms and settings.hull == "known":
            self.hull = known_hull(known)
        if terms and self.hull is None:
            self.hull = PredictionHull(self.templates.atoms, self.templates.energies)
        if settings.compositions == "training" and not settings.systems:
            self.compositions = drawn_compositions(self.compositions, settings)
        self.listed = [self._listed(system) for system in settings.systems or ()]

    def losses(self, exchanges: Sequence[Exchange]) -> NDArray[np.float64]:
        """Return what the constraints say of crystals as exchanged, see `ranking_losses`.

        They rank them as well as after the refiner, which costs more than all else.
        """
        return self.losses_of(self.templates.crystals(exchanges), self.templates.counts(exchanges))

    def losses_of(
        self, crystals: Mapping[str, NDArray], counts: NDArray[np.integer]
    ) -> NDArray[np.float64]:
        """Return what the constraints say of crystals whose atoms are `counts` (n, 100)."""
        if self.hull is None:
            raise ValueError("no constraint was given")
        return ranking_losses(self.terms, crystals, counts, self.hull)

    def proposals(self, number: int) -> list[Exchange]:
        """Propose exchanges for a graph, `generate.proposals` of them where constraints choose.

        With `generate.choose: templates` they lead to the composition of the first, which is drawn
        as it is where nothing chooses; the others are the likeliest ones. One that leaves its
        template is proposed alone: what it was says little of what it becomes.
        """
        wanted = self.settings.proposals if self.terms else 1
        random = np.random.default_rng([self.seed, number])
        if self.listed:
            order, weights = self.listed[number % len(self.listed)]
            if self.again(number):
                return [order[random.choice(len(order), p=weights)]]
            graphs = -(-self.settings.graphs // len(self.listed))
            wanted = max(1, min(wanted, len(order) // graphs))
            first = number // len(self.listed) * wanted
            return order[first : first + wanted]
        if self.settings.compositions == "training":
            return self._of_training(random, wanted)
        if self.settings.choose == "templates":
            drawn = self._drawn(random)
            return self._of_one_composition(drawn, wanted)
        return [self._drawn(random) for _ in range(wanted)]

    def _of_one_composition(self, drawn: Exchange, wanted: int) -> list[Exchange]:
        """List an exchange and the likeliest others that lead to its composition."""
        if wanted == 1:
            return [drawn]
        counts = self.templates.counts([drawn])[0]
        others = self.templates.for_composition(counts, wanted)
        return [drawn, *(one for one in others if one != drawn)][:wanted]

    def again(self, number: int) -> bool:
        """Say whether all exchanges of a graph's system have been drawn before it."""
        if not self.listed:
            return False
        return number // len(self.listed) >= len(self.listed[number % len(self.listed)][0])

    def _of_training(self, random: np.random.Generator, wanted: int) -> list[Exchange]:
        """Draw a composition of the training part, and exchanges that lead to it."""
        for _ in range(TRIES):
            found = self.templates.for_composition(self.compositions.draw(random), NEAREST)
            if found:
                weights = 1 / np.arange(1, len(found) + 1)
                number = min(wanted, len(found))
                chosen = random.choice(len(found), number, False, weights / weights.sum())
                return [found[place] for place in chosen]
        raise InputError(
            "config generate: no training composition of these max_atoms and fractions can be made "
            "of a template; enlarge the training data, or set generate.compositions: generated"
        )

    def _drawn(self, random: np.random.Generator) -> Exchange:
        """Draw an exchange whose composition is as it was asked for."""
        settings = self.settings
        for _ in range(TRIES):
            one = self.templates.draw(random, settings.max_atoms, settings.exchange)
            if permitted(self.templates.counts([one]), settings, self.avoided)[0]:
                return one
        raise InputError(
            f"config generate: none of {TRIES} exchanges has these fractions "
            f"({dict(settings.fractions)}), elements and charges; widen them, or name "
            "generate.systems"
        )

    def _listed(self, system: str) -> tuple[list[Exchange], NDArray[np.float64]]:
        """List the likely exchanges that give crystals of a system as they are drawn.

        Returns the probability of each as well.

        The largest of the logarithms of their weights with Gumbel noise come first, as if one after
        another had been drawn by its weight and not put back.
        """
        settings = self.settings
        numbers = trained_numbers(system, self.compositions)
        found, weights = self.templates.for_system(numbers, settings.max_atoms, settings.exchange)
        if found:
            kept = permitted(self.templates.counts(found), settings, self.avoided)
            found, weights = (
                [one for one, keep in zip(found, kept, strict=True) if keep],
                weights[kept],
            )
        if not found:
            raise InputError(
                f"config generate: no template of {len(numbers)} elements fits {system} with "
                f"max_atoms ({settings.max_atoms}), fractions and charges; widen them"
            )
        likely = np.argsort(-weights, kind="stable")
        share = np.cumsum(softmax(weights[likely]))
        likely = likely[: 1 + int(np.searchsorted(share, NUCLEUS))]
        found, weights = [found[place] for place in likely], weights[likely]
        random = np.random.default_rng([self.seed, *numbers])
        order = np.argsort(-(weights + random.gumbel(size=len(weights))), kind="stable")
        graphs = -(-settings.graphs // len(settings.systems or ()))
        if len(order) < graphs:
            logger.info(
                "%s: %d likely exchanges for %d graphs, so some repeat", system, len(order), graphs
            )
        return [found[place] for place in order], softmax(weights[order])
