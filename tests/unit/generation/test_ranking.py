"""Which of several crystals the constraints like best."""

from typing import Any

import numpy as np
import pytest

from builders.gan import SMALL
from builders.templates import counts_of, templates_of
from ccdcgan.crystals.templates import ENERGY, Templates
from ccdcgan.generation import ranking
from ccdcgan.generation.ranking import ranking_losses
from ccdcgan.networks.constraint import Constraint
from ccdcgan.networks.predict import predict
from ccdcgan.stability.prediction_hull import PredictionHull
from ccdcgan.training.constraint_loss import ConstraintTerm, constraint_loss


def constraint(name: str) -> Constraint:
    return Constraint(name=name, kind="atoms", mean=-1.0, spread=0.5, **SMALL)


def test_what_is_lower_above_the_hull_is_preferred(monkeypatch: pytest.MonkeyPatch) -> None:
    """The one with the lower energy lies high above the hull of its system."""
    templates = Templates(templates_of())
    hull = PredictionHull(templates.atoms, templates.energies)
    counts = counts_of({"Li": 1, "F": 1}, {"Ni": 3, "Al": 1})
    assert hull.energies(counts) == pytest.approx([-3.2, -0.4])
    monkeypatch.setattr(ranking, "predict", lambda *_: np.array([-2.0, -0.3]))
    energy = [ConstraintTerm(constraint(ENERGY), 1.0, "minimise")]
    salt, alloy = ranking_losses(energy, {}, counts, hull)
    assert alloy < salt
    # Another property is taken as it is.
    salt, alloy = ranking_losses(
        [ConstraintTerm(constraint("gap"), 1.0, "minimise")], {}, counts, hull
    )
    assert salt < alloy


def test_the_losses_of_all_constraints_add_up_with_their_weights() -> None:
    templates = Templates(templates_of())
    hull = PredictionHull(templates.atoms, templates.energies)
    found = templates.for_composition(counts_of({"K": 1, "Cl": 1})[0], 5)
    made, counts = templates.crystals(found), templates.counts(found)
    energy, gap = constraint(ENERGY), constraint("gap")
    terms = [ConstraintTerm(energy, 0.5, "minimise"), ConstraintTerm(gap, 2.0, "target", 1.0)]
    above: Any = predict(energy, made) - hull.energies(counts)
    expected = 0.5 * np.asarray(constraint_loss(above, "minimise", None))
    expected = expected + 2.0 * np.asarray(constraint_loss(predict(gap, made), "target", 1.0))
    np.testing.assert_allclose(ranking_losses(terms, made, counts, hull), expected, rtol=1e-5)
    assert np.ptp(expected) > 1e-4
