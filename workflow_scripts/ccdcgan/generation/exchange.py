"""Crystals made of templates: the exchanges that are kept of those proposed, and their graphs.

An exchange that is drawn again, or with `generate.leave: all` any, leaves its template: it is
handed to the denoiser as if it had noise. So are rearrangements, which have no likely places yet.
Of several tries with noise of their own the constraints take the best.
"""

import itertools
from collections.abc import Mapping, Sequence
from os import PathLike

import numpy as np
from numpy.typing import NDArray

from ccdcgan.core.settings.generation import GenerateSettings
from ccdcgan.crystals.arrays import MAX_ATOMS
from ccdcgan.crystals.compositions import Compositions
from ccdcgan.crystals.table import Crystals
from ccdcgan.crystals.templates import Exchange, Rearrangement
from ccdcgan.generation.critic import Critic
from ccdcgan.generation.denoise import denoise
from ccdcgan.generation.proposals import Proposer
from ccdcgan.generation.ranking import lowest, spawned
from ccdcgan.generation.refine import refine
from ccdcgan.networks.autoencoder import Autoencoders
from ccdcgan.networks.denoiser import Denoiser
from ccdcgan.networks.files import to_numpy
from ccdcgan.networks.generator import draw_graphs, frozen_encoders
from ccdcgan.networks.refiner import Refiner
from ccdcgan.training.constraint_loss import ConstraintTerm

PLACE = 0.01
"""eV/atom that a predicted energy must be lower for each place down the list of likely templates.

Chosen on 500 compositions, see docs/NETWORKS.md: the longer the list, the more of those that
predictions put low are unlikely ones whose energies are predicted too low.
"""

REARRANGED = 0.6
"""Å; the noise that is taken from atoms which are dealt out to any places (docs/NETWORKS.md)."""


def place_factors(number: int) -> NDArray[np.float64]:
    """Return the factors (number) of losses in the order of likelihood, the likeliest first.

    Of ω·exp(E) it is as if each energy were `PLACE` eV/atom higher than that before it.
    """
    return np.exp(PLACE * np.arange(number))


Way = Exchange | Rearrangement
"""How a crystal is made of a template."""


def repeated(ways: Sequence[Way], sample: int) -> bool:
    """Say whether a sample leaves the places of its template: any but an exchange that is new."""
    return isinstance(ways[sample], Rearrangement) or ways[sample] in ways[:sample]


class TemplateMaker(Proposer):
    """Makes crystals and their graphs of what is proposed, see `Proposer`.

    Of several proposals for a graph that with the least loss is taken, what the critic says of its
    composition being added where there is one.
    """

    def __init__(
        self,
        crystals: Crystals,
        autoencoders: Autoencoders,
        denoiser: Denoiser | None,
        terms: Sequence[ConstraintTerm],
        settings: GenerateSettings,
        seed: int,
        refiner: Refiner | None = None,
        known: str | PathLike[str] | None = None,
        critic: Critic | None = None,
    ) -> None:
        super().__init__(crystals, terms, settings, seed, known)
        self.encoders = frozen_encoders(autoencoders)
        self.denoiser, self.refiner, self.critic = denoiser, refiner, critic

    def make(self, numbers: NDArray[np.integer]) -> dict[str, NDArray]:
        """Make the graphs of some numbers: `graphs` (b, 160, 160), `counts` (b, 100) and atoms.

        Atoms as in `crystal_arrays`.
        """
        noise = [self.noise(int(n), repeated=self.again(int(n))) for n in numbers]
        return self.graphs(self.chosen(numbers), noise)

    def chosen(self, numbers: NDArray[np.integer]) -> list[Exchange]:
        """Return the exchange that each of some graphs is made of."""
        proposed = [self.proposals(int(number)) for number in numbers]
        if not self.terms:
            return [exchanges[0] for exchanges in proposed]
        every = [one for exchanges in proposed for one in exchanges]
        losses = self.losses(every)
        if self.settings.choose == "templates":
            losses *= np.concatenate([place_factors(len(exchanges)) for exchanges in proposed])
        if self.critic is not None:
            losses += self.critic.losses(self.templates.counts(every))
        chosen, first = [], 0
        for exchanges in proposed:
            chosen.append(every[first + int(losses[first : first + len(exchanges)].argmin())])
            first += len(exchanges)
        return chosen

    def samples(
        self, counts: NDArray[np.integer], exchanges: Sequence[Exchange], number: int
    ) -> list[Way]:
        """List the ways to `number` samples of a composition (100,), to which exchanges lead.

        Those come first; the last `generate.rearranged`, and all for which there is no exchange,
        are rearranged. Where that cannot be, exchanges repeat; where there is none, nothing is
        listed.
        """
        rearranged = self.settings.rearranged
        if not (rearranged and self._denoises and self.templates.have_as_many(counts)):
            return list(itertools.islice(itertools.cycle(exchanges), number))
        kept = exchanges[: max(1, number - rearranged)]
        return [*kept, *[Rearrangement.of(counts)] * (number - len(kept))]

    def graphs(
        self, ways: Sequence[Way], noise: Sequence[np.random.Generator | None]
    ) -> dict[str, NDArray]:
        """Make crystals of exchanges and rearrangements, and draw their graphs.

        Exchanges with a generator of noise leave their templates, see `denoise`; rearrangements
        need one.
        """
        crystals = {
            "species": np.zeros((len(ways), MAX_ATOMS), "i4"),
            "coords": np.zeros((len(ways), MAX_ATOMS, 3), "f4"),
            "cell": np.zeros((len(ways), 6), "f4"),
        }
        pairs = list(enumerate(zip(ways, noise, strict=True)))
        exchanged = [(at, way, one) for at, (way, one) in pairs if isinstance(way, Exchange)]
        dealt = [
            (at, way, one)
            for at, (way, one) in pairs
            if isinstance(way, Rearrangement) and one is not None
        ]
        for make, part in ((self._exchanged, exchanged), (self._rearranged, dealt)):
            if part:
                places, of, by = map(list, zip(*part, strict=True))
                made = make(of, by)
                for name, values in crystals.items():
                    values[places] = made[name]
        counts = self.templates.counts(ways)
        drawn = draw_graphs(
            self.encoders,
            crystals["coords"],
            crystals["cell"],
            *Compositions.even(counts).places(),
        )
        return {**crystals, "counts": counts, "graphs": to_numpy(drawn)}

    def _exchanged(
        self, exchanges: Sequence[Exchange], noise: Sequence[np.random.Generator | None]
    ) -> dict[str, NDArray]:
        """Make crystals of exchanges, and bring them to rest where there is a refiner.

        Those with noise leave their templates.
        """
        crystals, settings = self.templates.crystals(exchanges), self.settings
        if self.refiner is not None:
            for _ in range(settings.refine):
                crystals = refine(self.refiner, crystals)
        moved = [place for place, one in enumerate(noise) if one is not None]
        if self._denoises and moved:
            rows = np.repeat(moved, self._tries)
            part = {name: values[rows] for name, values in crystals.items()}
            found = self._best_denoised(
                part,
                self.templates.counts(exchanges)[rows],
                spawned([one for one in noise if one], self._tries),
                settings.start,
            )
            for name, values in found.items():
                crystals[name][moved] = values
        return crystals

    def _rearranged(
        self, ways: Sequence[Rearrangement], noise: Sequence[np.random.Generator]
    ) -> dict[str, NDArray]:
        """Make crystals of rearrangements."""
        random = spawned(noise, self._tries)
        tried = [way for way in ways for _ in range(self._tries)]
        dealt = self.templates.rearranged(tried, random)
        return self._best_denoised(dealt, self.templates.counts(tried), random, REARRANGED)

    @property
    def _denoises(self) -> bool:
        settings = self.settings
        return bool(settings.start and settings.levels and self.denoiser is not None)

    @property
    def _tries(self) -> int:
        return self.settings.tries if self.terms else 1

    def _best_denoised(
        self,
        crystals: Mapping[str, NDArray],
        counts: NDArray[np.integer],
        random: Sequence[np.random.Generator],
        start: float,
    ) -> dict[str, NDArray]:
        """Denoise crystals from a noise (Å), and keep the best of the tries in a row of each."""
        if self.denoiser is None:
            raise ValueError("no denoiser was given")
        steps = {"levels": self.settings.levels, "final_steps": self.settings.final_steps}
        found = denoise(self.denoiser, crystals, random, start=start, **steps)
        if self._tries == 1:
            return found
        best = lowest(self.losses_of(found, counts), self._tries)
        return {name: values[best] for name, values in found.items()}

    def noise(self, number: int, *, repeated: bool) -> np.random.Generator | None:
        """Return the noise by which a graph leaves its template; None if it stays: see `leaves`."""
        if self.leaves(repeated=repeated):
            return np.random.default_rng([self.seed, number, 1])
        return None

    def leaves(self, *, repeated: bool) -> bool:
        """Say whether an exchange leaves its template; repeated: whether it was drawn before."""
        return repeated or self.settings.leave == "all"
