"""Shares, means and distances with their denominators and errors."""

import pytest

from ccdcgan.evaluation.measures import Measure, distance, mean, share, undefined


def test_shares_and_means_carry_their_errors() -> None:
    assert share([True, False, False, False], "") == Measure(0.25, 4, pytest.approx(0.2165, 1e-3))
    found = mean([1.0, 3.0, float("nan")], "")
    assert (found.value, found.n, found.standard_error) == (2.0, 2, pytest.approx(1.0))
    assert mean([1.0], "").standard_error is None
    assert share([], "nothing") == mean([float("nan")], "nothing") == undefined("nothing")


def test_wasserstein_distances() -> None:
    assert distance([1, 2, 4], [4, 1, 2]).value == 0
    assert distance([1, 2, 4], [3.5, 4.5, 6.5]).value == pytest.approx(2.5)
    assert distance([], [1]).reason and distance([1], [float("nan")]).reason
