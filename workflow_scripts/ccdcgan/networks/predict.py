"""Predictions of trained constraints."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ccdcgan.crystals.arrays import select
from ccdcgan.networks.constraint import Constraint

BATCH = 64


def predict(model: Constraint, crystals: Mapping[str, NDArray]) -> NDArray[np.float64]:
    """Predict the property (n,), in its unit, of crystals or graphs.

    crystals: as `crystal_arrays` gives them, or `graphs` (n, 160, 160) if the network reads those.
    """
    if "graphs" in model.reads:
        order = np.arange(len(crystals["graphs"]))
    else:  # those of like size together, so that little is filled up
        order = np.argsort((crystals["species"] > 0).sum(axis=1), kind="stable")
    found = np.full(len(order), np.nan)
    for start in range(0, len(order), BATCH):
        rows = order[start : start + BATCH]
        read = {key: crystals[key][rows] for key in model.reads}
        found[rows] = model.predict_on_batch(read if "graphs" in read else select(crystals, rows))
    return found
