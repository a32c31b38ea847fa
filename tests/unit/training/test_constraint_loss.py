"""Constraint losses fall towards their goals."""

import numpy as np
import pytest

from ccdcgan.training.constraint_loss import constraint_loss


@pytest.mark.parametrize(
    ("goal", "target", "low", "high"),
    [("minimise", None, -1.0, 1.0), ("maximise", None, 1.0, -1.0), ("target", 0.5, 0.6, 2.0)],
)
def test_goals_pull_the_right_way(goal, target, low, high) -> None:
    better, worse = np.asarray(constraint_loss(np.array([low, high], "f4"), goal, target))
    assert better < worse
