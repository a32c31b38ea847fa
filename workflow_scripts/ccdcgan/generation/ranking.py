"""Which of several crystals a graph is made of: the one that the constraints like best.

A predicted formation energy counts by how far it is above a convex hull.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ccdcgan.crystals.templates import ENERGY
from ccdcgan.networks.files import to_numpy
from ccdcgan.networks.predict import predict
from ccdcgan.stability.prediction_hull import PredictionHull
from ccdcgan.training.constraint_loss import ConstraintTerm, constraint_loss


def ranking_losses(
    terms: Sequence[ConstraintTerm],
    crystals: Mapping[str, NDArray],
    counts: NDArray[np.integer],
    hull: PredictionHull | None = None,
) -> NDArray[np.float64]:
    """Return Σ ωᵢ f(Eᵢ) (n) of crystals, with energies above a hull for formation energies.

    crystals: as of `crystal_arrays`, or their `graphs`; counts: their atoms (n, 100). Without a
    hull formation energies count as they are: among crystals of one composition.
    """
    total = np.zeros(len(counts))
    for term in terms:
        values = predict(term.network, crystals)
        if term.network.name == ENERGY and hull is not None:
            values = values - hull.energies(counts)
        total += term.weight * to_numpy(constraint_loss(values, term.goal, term.target))
    return total


def lowest(losses: NDArray[np.floating], tries: int) -> NDArray[np.intp]:
    """Return the rows (n) with the lowest of the losses (n · tries) of some tries in a row each."""
    tried = losses.reshape(-1, tries)
    return tried.argmin(axis=1) + tries * np.arange(len(tried))


def spawned(random: Sequence[np.random.Generator], tries: int) -> Sequence[np.random.Generator]:
    """Return generators of noise for some tries in a row of each: for one try they are the same."""
    return random if tries == 1 else [part for one in random for part in one.spawn(tries)]
