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
    graphs = "graphs" in model.reads
    if graphs:
        order = np.arange(len(crystals["graphs"]))
    else:  # those of like size together, so that little is filled up
        order = np.argsort((crystals["species"] > 0).sum(axis=1), kind="stable")
    found = np.full(len(order), np.nan)
    for start in range(0, len(order), BATCH):
        rows = order[start : start + BATCH]
        part = {"graphs": crystals["graphs"][rows]} if graphs else select(crystals, rows)
        found[rows] = model.predict_on_batch(part)
    return found
