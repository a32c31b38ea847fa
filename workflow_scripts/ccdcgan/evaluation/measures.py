"""Numbers with their denominators and errors, as `statistics` gives them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import wasserstein_distance


@dataclass(frozen=True)
class Measure:
    """A number, of how many, and the standard error of a mean; None and the reason: undefined.

    interval: of 95%, where the value is an estimate of more than the crystals that were looked at.
    """

    value: float | int | None
    n: int | None = None
    standard_error: float | None = None
    reason: str | None = None
    interval: tuple[float, float] | None = None

    def entry(self) -> dict[str, Any]:
        """Return what stands in the JSON file: the value, and the others where there are some."""
        others = {
            "n": self.n,
            "standard_error": self.standard_error,
            "interval_95": None if self.interval is None else list(self.interval),
            "reason": self.reason,
        }
        return {"value": self.value, **{k: v for k, v in others.items() if v is not None}}


Measures = dict[str, Measure]


def undefined(reason: str) -> Measure:
    """Make a measure that has no value."""
    return Measure(None, reason=reason)


def share(flags: ArrayLike, none: str) -> Measure:
    """Measure the share of true ones and its standard error; `none`: why there is none."""
    values = np.asarray(flags, dtype=bool)
    if not len(values):
        return undefined(none)
    part = float(values.mean())
    return Measure(part, len(values), float(np.sqrt(part * (1 - part) / len(values))))


def mean(values: ArrayLike, none: str) -> Measure:
    """Measure the mean of the numbers that are known; `none`: why there is none."""
    known = np.asarray(values, dtype=float)
    known = known[np.isfinite(known)]
    if not len(known):
        return undefined(none)
    error = float(known.std(ddof=1) / np.sqrt(len(known))) if len(known) > 1 else None
    return Measure(float(known.mean()), len(known), error)


def distance(made: ArrayLike, known: ArrayLike) -> Measure:
    """Measure the Wasserstein distance of two sets of numbers, in their unit; n are those made."""
    first, second = (np.asarray(values, dtype=float) for values in (made, known))
    first, second = first[np.isfinite(first)], second[np.isfinite(second)]
    if not len(first):
        return undefined("no generated crystal has such a number")
    if not len(second):
        return undefined("the test part has no such number")
    return Measure(float(wasserstein_distance(first, second)), len(first))
