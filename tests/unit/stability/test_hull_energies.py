"""Energies above many hulls at once, by hand."""

import numpy as np
import pytest

from ccdcgan.stability.hull_energies import decomposing, energies_above_hull


def test_each_phase_is_measured_in_its_own_system():
    formulas = ["Co", "Hf", "HfCo", "HfCo3", "CdLi", "Li"]
    energies = [0.0, 0.0, -0.4, -0.1, -0.2, 0.05]
    above = energies_above_hull(formulas, energies)
    # HfCo3 is a mixture of HfCo and Co, half of the atoms each; Cd stands at 0 unlisted.
    assert above == pytest.approx([0, 0, 0, 0.1, 0, 0])


def test_polymorphs_stand_above_the_lowest_one():
    above = energies_above_hull(["Co", "Co", "Hf"], [0.0, 0.03, 0.0])
    assert above == pytest.approx([0, 0.03, 0])


def test_what_does_not_span_the_hull_may_lie_below_it():
    spanning = np.array([True, True, True, False])
    above = energies_above_hull(["Co", "Hf", "HfCo", "HfCo3"], [0, 0, -0.4, -0.3], spanning)
    assert above == pytest.approx([0, 0, 0, -0.1])


def test_a_phase_without_an_energy_has_no_height_and_spans_nothing():
    above = energies_above_hull(["Co", "Hf", "HfCo", "HfCo"], [0, 0, np.nan, -0.2])
    assert np.isnan(above[2])
    assert above[3] == pytest.approx(0)


def test_a_system_may_have_a_single_phase():
    assert energies_above_hull(["Ta2Mn"], [-0.1]) == pytest.approx([0])
    assert decomposing(["Ta2Mn"], [-0.1], ["Ta2Mn"]).tolist() == [True]


def test_without_any_energy_nothing_has_a_height():
    assert np.isnan(energies_above_hull(["Ta2Mn"], [np.nan])).all()
    assert decomposing(["Ta2Mn"], [np.nan], ["Ta2Mn"]).tolist() == [False]


def test_crystals_decompose_into_phases_round_by_round():
    formulas = ["HfCo", "HfCo3", "HfCo", "CdLi", "Hf2Co"]
    energies = [-0.4, -0.1, -0.35, -0.2, -0.1]
    # HfCo2 lies between HfCo and Co; without that polymorph, between the next one and Co.
    first = decomposing(formulas, energies, ["HfCo2"], rounds=1)
    assert first.tolist() == [True, False, False, False, False]
    both = decomposing(formulas, energies, ["HfCo2"])
    assert both.tolist() == [True, False, True, False, False]
    assert not decomposing(formulas, [np.nan] * 5, ["HfCo2"]).any()
