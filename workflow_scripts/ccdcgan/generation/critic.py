"""The critic: keeps the compositions that constraints choose like those of the training crystals.

A choice by predicted energies alone drifts to where they are too low: to elements of which phases
are missing from the hull, and to compositions that no charges fit. The critic is the adversary of
this choice: linear in what a composition holds, it finds what the chosen ones have more often than
the training crystals, and that costs. Choice and critic are trained against each other, as
generator and critic of a Wasserstein GAN (Arjovsky et al., ICML 2017); since the critic is linear
and what may be chosen is listed, this has one solution, at which both hold as much of each.
"""

import logging
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from os import PathLike
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pymatgen.core import Element
from scipy.optimize import minimize
from scipy.special import logsumexp, softmax
from tqdm import tqdm

from ccdcgan.core.artifacts import read_json, stable_seed, write_json
from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.constraint import ConstraintProperty
from ccdcgan.core.settings.generation import GenerateSettings
from ccdcgan.crystals.compositions import MAX_ELEMENTS, NUMBERS, Compositions, formula_of
from ccdcgan.crystals.templates import read_templates
from ccdcgan.evaluation.charges import smact_valid
from ccdcgan.generation.conditions import permitted
from ccdcgan.generation.proposals import Proposer
from ccdcgan.training.constraint_loss import load_terms

logger = logging.getLogger(__name__)
NEUTRAL = "neutral by SMACT"
FEATURES = (
    NEUTRAL,
    *(Element.from_Z(number).symbol for number in range(1, NUMBERS)),
    "1 element",
    *(f"{number} elements" for number in range(2, MAX_ELEMENTS + 1)),
)
"""What the critic sees of a composition: whether each of these is so."""
SHARP = 1 / 30  # of the losses' spread; how much two proposals may differ and both count
SAMPLED = 2000  # training compositions of which SMACT is asked
BATCH = 50  # groups whose losses are computed together


@dataclass(frozen=True, eq=False)
class Critic:
    """What each of `FEATURES` costs (f,), in units of the constraints' losses."""

    prices: NDArray[np.float64]

    def losses(self, counts: NDArray[np.integer]) -> NDArray[np.float64]:
        """Return what compositions (n, 100; atoms by number) cost (n,)."""
        return features_of(counts) @ self.prices

    @classmethod
    def read(cls, path: str | PathLike[str]) -> "Critic":
        """Read a file of `write`. Raises `InputError` if it is damaged."""
        prices = read_json(path, "prices")["prices"]
        try:
            found = np.array([float(prices[name]) for name in FEATURES])
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(
                f"{path}: a price is damaged ({error}); remove the file, and it is made again"
            ) from None
        if not np.isfinite(found).all():
            raise InputError(f"{path}: a price is no number; remove the file, and it is made again")
        return cls(found)

    def write(self, path: str | PathLike[str], notes: Mapping[str, Any]) -> None:
        """Write the prices by name as JSON; `notes` stand beside them."""
        prices = dict(zip(FEATURES, self.prices.tolist(), strict=True))
        write_json(path, {"prices": prices, **notes})


def features_of(counts: NDArray[np.integer]) -> NDArray[np.float64]:
    """Say which of `FEATURES` hold (n, f; 0 or 1) of compositions (n, 100; atoms by number)."""
    valid = np.array([smact_valid(formula_of(row)) for row in counts], dtype=float)
    return np.concatenate([valid[:, None], _elements(counts)], axis=1)


def _elements(counts: NDArray[np.integer]) -> NDArray[np.float64]:
    """Say all of `FEATURES` but the first."""
    present = np.asarray(counts)[:, 1:] > 0
    number = np.clip(present.sum(axis=1), 1, MAX_ELEMENTS)
    return np.concatenate([present, np.eye(MAX_ELEMENTS)[number - 1]], axis=1).astype(float)


def fit_critic(
    losses: NDArray[np.floating], features: NDArray[np.floating], wanted: NDArray[np.floating]
) -> Critic:
    """Find the prices at which what is chosen holds each feature as often as is wanted.

    losses: of the constraints, of groups of proposals (g, k), of each of which one is chosen;
    features: (g, k, f) of their compositions; wanted: (f) shares. A proposal is chosen with a
    probability proportional to exp(−(loss + price)/T), T being `SHARP` of the losses' spread; the
    prices λ minimise T·⟨ln Σ exp(−(loss + λ·features)/T)⟩ + λ·wanted, which is convex, plus a term
    that keeps noise from having a price: one as high as the spread leaves a share off by the
    standard error that it has in so many groups. None is beyond the spread: else what hardly any of
    these proposals has, and so cannot be had as often as is wanted, would be taken wherever it
    comes.
    """
    lower, upper = np.quantile(losses, [0.25, 0.75])
    spread = float(upper - lower)
    if spread == 0:
        return Critic(np.zeros(features.shape[-1]))
    sharp = SHARP * spread
    shares = np.clip(wanted, 1 / len(losses), 1 - 1 / len(losses))
    worth = np.sqrt(shares * (1 - shares) / len(losses)) / spread

    def value_and_slope(prices: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        exponents = -(losses + features @ prices) / sharp
        chosen = np.einsum("gk,gkf->f", softmax(exponents, axis=1), features) / len(losses)
        value = sharp * logsumexp(exponents, axis=1).mean() + prices @ wanted
        penalty = worth * prices
        return float(value + 0.5 * penalty @ prices), wanted - chosen + penalty

    start = np.zeros(features.shape[-1])
    found = minimize(
        value_and_slope,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=[(-spread, spread)] * len(start),
        options={"maxiter": 1000},
    )
    return Critic(found.x)


def train_critic(
    output: str | PathLike[str],
    settings: GenerateSettings,
    *,
    templates: str,
    constraints: Sequence[str],
    properties: Sequence[ConstraintProperty],
    known_phases: str | PathLike[str] | None,
    seed: int,
    notes: Mapping[str, Any],
) -> None:
    """Train the critic of a variant on `generate.critic` groups of proposals, and write it.

    They are drawn as those of graphs, with noise of their own. templates: the file; constraints: a
    file for each of the properties; known_phases: see `Proposer`.
    """
    proposer = Proposer(
        read_templates(templates),
        load_terms(constraints, properties),
        settings,
        stable_seed(seed, "critic"),
        known_phases,
    )
    losses, features = [], []
    progress = partial(tqdm, desc="groups of proposals", mininterval=10, file=sys.stderr)
    for first in progress(range(0, settings.critic, BATCH)):
        numbers = range(first, min(first + BATCH, settings.critic))
        proposed = [one for number in numbers for one in proposer.proposals(number)]
        losses.append(proposer.losses(proposed).reshape(len(numbers), -1))
        counts = proposer.templates.counts(proposed)
        features.append(features_of(counts).reshape(*losses[-1].shape, -1))
    loss, feature = np.concatenate(losses), np.concatenate(features)
    wanted = wanted_shares(proposer.compositions, settings, seed)
    if wanted is None:  # no training crystal is as asked for: as it was drawn then
        wanted = feature.mean(axis=(0, 1))
    critic = fit_critic(loss, feature, wanted)
    dearest = sorted(zip(critic.prices, FEATURES, strict=True), reverse=True)[:5]
    logger.info("dearest: %s", ", ".join(f"{name} {price:.3g}" for price, name in dearest))
    critic.write(output, notes)


def wanted_shares(
    trained: Compositions, settings: GenerateSettings, seed: int
) -> NDArray[np.float64] | None:
    """Say how often `FEATURES` hold (f,) of the training crystals that are as asked for.

    Of SMACT a sample is asked. None where there is no such crystal.
    """
    kept = trained.counts.sum(axis=1) <= settings.max_atoms
    kept[kept] = permitted(trained.counts[kept], settings)
    if not kept.any():
        return None
    chosen = Compositions(trained.counts[kept], trained.weights[kept])
    random = np.random.default_rng([seed, len(chosen)])
    sample = random.choice(len(chosen), SAMPLED, p=chosen.weights)
    valid = np.mean([smact_valid(formula_of(row)) for row in chosen.counts[sample]])
    return np.append(valid, chosen.weights @ _elements(chosen.counts))
