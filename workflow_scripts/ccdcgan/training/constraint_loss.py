"""The constraint terms ω·f(E) of the generator's loss (paper, equation 2)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
from keras import ops

from ccdcgan.core.settings.constraint import ConstraintProperty
from ccdcgan.networks.constraint import Constraint
from ccdcgan.networks.files import load_model, to_numpy
from ccdcgan.networks.predict import predict


def constraint_loss(values: Any, goal: str, target: float | None) -> Any:
    """Return what the generator minimises (b,) of the values (b,) of a property.

    exp(E) toward low values (equation 2 of the paper), exp(−E) toward high ones, and the squared
    distance to a target. The exponent is capped so that one wild graph cannot decide a step.
    """
    if goal == "target":
        return ops.square(values - target)
    sign = 1.0 if goal == "minimise" else -1.0
    return ops.exp(ops.minimum(sign * values, 3.0))


@dataclass(frozen=True)
class ConstraintTerm:
    """One term ω·f(E) of the generator's loss: a frozen network, its weight, goal and target."""

    network: Constraint
    weight: float
    goal: str
    target: float | None = None


def load_terms(
    paths: Sequence[str], properties: Sequence[ConstraintProperty]
) -> list[ConstraintTerm]:
    """Load the networks of some properties, a file each, and make their terms."""
    return [
        ConstraintTerm(load_model(path, Constraint), one.weight, one.goal, one.target)
        for path, one in zip(paths, properties, strict=True)
    ]


def constraint_losses(
    terms: Sequence[ConstraintTerm], crystals: Mapping[str, np.ndarray]
) -> np.ndarray:
    """Return Σ ωᵢ f(Eᵢ) of equation (2) for each of some crystals (n,).

    `crystals`: as `crystal_arrays` gives them, with their `graphs` where a term reads those.
    """
    total = np.zeros(len(crystals["cell"]))
    for term in terms:
        values = predict(term.network, crystals)
        total += term.weight * to_numpy(constraint_loss(values, term.goal, term.target))
    return total


class ConstraintTerms:
    """Freezes the constraints and hides them from Keras: neither trained nor checkpointed."""

    def __init__(self, terms: Sequence[ConstraintTerm]) -> None:
        self._terms = list(terms)
        for term in self._terms:
            term.network.trainable = False
        self.names = [f"predicted_{term.network.name}" for term in self._terms]
        self.read_graphs = any("graphs" in term.network.reads for term in self._terms)

    def loss(self, made: Mapping[str, Any], means: Mapping[str, keras.metrics.Mean]) -> Any:
        """Return the mean of Σ ωᵢ f(Eᵢ); the predictions update `means` by name."""
        total: Any = 0.0
        for name, term in zip(self.names, self._terms, strict=True):
            values = term.network(made, training=False)
            total = total + term.weight * constraint_loss(values, term.goal, term.target)
            means[name].update_state(values)
        return ops.mean(total)
