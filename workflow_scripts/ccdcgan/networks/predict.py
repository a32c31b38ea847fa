"""Predictions of trained constraints."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ccdcgan.crystals.arrays import select
from ccdcgan.networks.constraint import Constraint
from ccdcgan.networks.files import to_numpy

BATCH = 128


def predict(model: Constraint, crystals: Mapping[str, NDArray]) -> NDArray[np.float64]:
    """Predict the property (n,), in its unit, of crystals or graphs.

    crystals: as `crystal_arrays` gives them, or `graphs` (n, 160, 160) if the network reads those.
    """
    if "graphs" in model.reads:
        starts = range(0, len(crystals["graphs"]), BATCH)
        parts = [model({"graphs": crystals["graphs"][start : start + BATCH]}) for start in starts]
        return np.concatenate([to_numpy(part) for part in parts])
    order = np.argsort((crystals["species"] > 0).sum(axis=1), kind="stable")
    found = np.full(len(order), np.nan)
    for start in range(0, len(order), BATCH):
        chosen = order[start : start + BATCH]
        found[chosen] = to_numpy(model(select(crystals, chosen)))
    return found
