"""Crystals made of templates: the exchanges that are kept of those proposed, and their graphs.

An exchange that is drawn again, or with `generate.leave: all` any, leaves its template: it is
handed to the denoiser as if it had noise.
"""

from collections.abc import Sequence
from os import PathLike

import numpy as np
from numpy.typing import NDArray

from ccdcgan.core.settings.generation import GenerateSettings
from ccdcgan.crystals.compositions import Compositions
from ccdcgan.crystals.table import Crystals
from ccdcgan.crystals.templates import Exchange
from ccdcgan.generation.critic import Critic
from ccdcgan.generation.denoise import denoise
from ccdcgan.generation.proposals import Proposer
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


def place_factors(number: int) -> NDArray[np.float64]:
    """Return the factors (number) of losses in the order of likelihood, the likeliest first.

    Of ω·exp(E) it is as if each energy were `PLACE` eV/atom higher than that before it.
    """
    return np.exp(PLACE * np.arange(number))


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

    def graphs(
        self, exchanges: Sequence[Exchange], noise: Sequence[np.random.Generator | None]
    ) -> dict[str, NDArray]:
        """Make crystals of exchanges and draw their graphs.

        Those with a generator of noise leave their templates, see `denoise`.
        """
        settings, crystals = self.settings, self._crystals(exchanges)
        moved = np.array([place for place, one in enumerate(noise) if one is not None], dtype=int)
        if settings.start and settings.levels and self.denoiser is not None and len(moved):
            found = denoise(
                self.denoiser,
                {name: values[moved] for name, values in crystals.items()},
                [one for one in noise if one is not None],
                start=settings.start,
                levels=settings.levels,
                final_steps=settings.final_steps,
            )
            for name, values in found.items():
                crystals[name][moved] = values
        counts = self.templates.counts(exchanges)
        places = Compositions.even(counts).places()
        drawn = draw_graphs(self.encoders, crystals["coords"], crystals["cell"], *places)
        return {**crystals, "counts": counts, "graphs": to_numpy(drawn)}

    def _crystals(self, exchanges: Sequence[Exchange]) -> dict[str, NDArray]:
        """Make crystals of exchanges, and bring them to rest where there is a refiner."""
        crystals = self.templates.crystals(exchanges)
        if self.refiner is not None:
            for _ in range(self.settings.refine):
                crystals = refine(self.refiner, crystals)
        return crystals

    def noise(self, number: int, *, repeated: bool) -> np.random.Generator | None:
        """Return the noise by which a graph leaves its template; None if it stays: see `leaves`."""
        if self.leaves(repeated=repeated):
            return np.random.default_rng([self.seed, number, 1])
        return None

    def leaves(self, *, repeated: bool) -> bool:
        """Say whether an exchange leaves its template; repeated: whether it was drawn before."""
        return repeated or self.settings.leave == "all"
