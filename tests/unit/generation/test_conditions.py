"""Compositions are drawn only as the conditions say."""

from typing import Any

import numpy as np
import pytest

from builders.settings import SECTIONS, changed
from builders.templates import compositions_of, counts_of
from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.generation import GenerateSettings
from ccdcgan.crystals.compositions import Compositions
from ccdcgan.generation.conditions import (
    asked_counts,
    drawn_compositions,
    drawn_elements,
    is_neutral,
    permitted,
)

GIVEN = [{"Na": 1, "Cl": 1}, {"Na": 2, "Cl": 1}, {"Co": 1, "Hf": 1}, {"Na": 1, "K": 1, "Cl": 2}]


def settings(**changes: Any) -> GenerateSettings:
    return changed(SECTIONS.generate, shards=1, **changes)


@pytest.mark.parametrize(
    ("changes", "kept"),
    [
        ({}, [0, 1, 2, 3]),
        ({"allowed": ["Na", "Cl"]}, [0, 1]),
        ({"forbidden": ["K", "Hf"]}, [0, 1]),
        ({"charge_neutral": True}, [0, 3]),
        ({"charge_neutral": True, "forbidden": ["K"]}, [0]),
        ({"fractions": {"Na": [0.5, 1]}}, [0, 1]),
    ],
)
def test_only_what_is_permitted_is_left(changes: dict[str, Any], kept: list[int]) -> None:
    found = permitted(counts_of(*GIVEN), settings(**changes))
    assert np.flatnonzero(found).tolist() == kept


def test_alloys_are_not_neutral_though_the_statistics_let_them_pass() -> None:
    assert is_neutral("NaCl") and is_neutral("TiO2")
    assert not is_neutral("CoHf") and not is_neutral("Na2Cl")


def test_compositions_of_the_training_are_narrowed_with_their_weights() -> None:
    trained = compositions_of()
    found = drawn_compositions(trained, settings(allowed=["Cs", "Cl", "I"]))
    np.testing.assert_array_equal(
        found.counts[np.lexsort(found.counts.T)],
        (wanted := counts_of({"Cs": 1, "Cl": 1}, {"Cs": 1, "I": 1}))[np.lexsort(wanted.T)],
    )
    np.testing.assert_allclose(found.weights, 0.5)
    with pytest.raises(InputError, match="none of 9 training compositions is as allowed"):
        drawn_compositions(trained, settings(allowed=["Xe"]))


def test_elements_are_drawn_where_numbers_of_atoms_cannot_be_asked_for() -> None:
    trained = Compositions.even(counts_of(*GIVEN))
    assert len(drawn_elements(trained, settings(), most=3)) == 4
    few = drawn_elements(trained, settings(), most=2)
    np.testing.assert_array_equal(few.counts, counts_of(*GIVEN[:3]))
    with pytest.raises(InputError, match="no composition of at most 1 elements is left"):
        drawn_elements(trained, settings(), most=1)
    # No training crystal is of Co-Na: a system needs its elements alone.
    found = drawn_elements(trained, settings(systems=["Co-Na", "Cl-K"]), most=2)
    np.testing.assert_array_equal(found.counts, counts_of({"Co": 1, "Na": 1}, {"Cl": 1, "K": 1}))
    np.testing.assert_allclose(found.weights, 0.5)
    with pytest.raises(InputError, match="'Cl-K-Na' has more than the 2 elements"):
        drawn_elements(trained, settings(systems=["Cl-K-Na"]), most=2)
    with pytest.raises(InputError, match=r"config generate\.systems: Xe is in no structure"):
        drawn_elements(trained, settings(systems=["Cl-Xe"]), most=2)


def test_exact_compositions_are_as_they_are_named() -> None:
    asked = settings(compositions=[{"formula": "NaCl", "cells": [1, 4]}, "Cu3Au"], samples=3)
    expected = counts_of({"Na": 1, "Cl": 1}, {"Na": 4, "Cl": 4}, {"Cu": 3, "Au": 1})
    np.testing.assert_array_equal(asked_counts(asked), expected)
    np.testing.assert_array_equal(drawn_compositions(compositions_of(), asked).counts, expected)


def test_an_element_that_no_training_structure_has_is_one_line() -> None:
    asked = settings(compositions=["NaXe", "UCl3"])
    with pytest.raises(InputError, match=r"generate\.compositions: Xe, U is in no structure"):
        drawn_compositions(compositions_of(), asked)


def test_known_formulas_are_left_out_whatever_their_cell() -> None:
    counts = counts_of({"Na": 1, "Cl": 1}, {"Na": 2, "Cl": 2}, {"Na": 2, "Cl": 1})
    assert permitted(counts, settings(), {"NaCl"}).tolist() == [False, False, True]
    assert permitted(counts, settings(), set()).all()
