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
    hull: PredictionHull,
) -> NDArray[np.float64]:
    """Return Σ ωᵢ f(Eᵢ) (n) of crystals, with energies above the hull for formation energies.

    crystals: as of `crystal_arrays`; counts: their atoms (n, 100).
    """
    total = np.zeros(len(counts))
    for term in terms:
        values = predict(term.network, crystals)
        if term.network.name == ENERGY:
            values = values - hull.energies(counts)
        total += term.weight * to_numpy(constraint_loss(values, term.goal, term.target))
    return total
