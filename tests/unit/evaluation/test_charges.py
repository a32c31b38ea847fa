"""Which crystals are neutral, and which step says so."""

from itertools import combinations_with_replacement, product

import numpy as np
import pytest
from pymatgen.core import Composition, Element, Lattice, Structure

from builders.structures import NACL
from ccdcgan.evaluation import charges
from ccdcgan.evaluation.charges import (
    TOLERANCE,
    UNBALANCED,
    all_states,
    charge,
    common_states,
    slope,
    smact_valid,
    sums,
)


def cubic(length: float, *atoms: tuple[str, list[float]]) -> Structure:
    return Structure(Lattice.cubic(length), [a for a, _ in atoms], [place for _, place in atoms])


CORNER, CENTRE, FACE = [0.0] * 3, [0.5] * 3, [0.5, 0.5, 0.0]
CASES = {
    # CdLi's metallicity is above 0.7; chlorine's bonds join chlorine alone.
    "metal": [cubic(3.3, ("Cd", CORNER), ("Li", CENTRE)), cubic(4, ("Cl", CORNER), ("Cl", CENTRE))],
    "bond valences": [NACL],
    # Fe²⁺ 2 Fe³⁺ 4 O²⁻, in a cell whose bonds have no valences.
    "common states": [
        cubic(
            9,
            *[("Fe", [*place]) for place in ([0, 0, 0], [0.5, 0.5, 0], [0.5, 0, 0.5])],
            *[("O", [x / 4 for x in place]) for place in ([1, 1, 1], [3, 3, 1], [3, 1, 3])],
            ("O", [0.25, 0.75, 0.75]),
        )
    ],
    "all states": [cubic(4, ("Si", CORNER), ("O", CENTRE))],  # Si²⁺ is none of the common ones
    # Rubidium has one state and fluorine one, and 1 - 2 is not zero.
    UNBALANCED: [cubic(4, ("Rb", CORNER), ("F", CENTRE), ("F", FACE))],
}


@pytest.mark.parametrize("step", CASES)
def test_the_first_step_that_holds_decides(step: str) -> None:
    for crystal in CASES[step]:
        deviation, decided = charge(crystal)
        assert decided == step
        assert deviation == (float("inf") if step == UNBALANCED else 0.0)


def test_a_charge_of_valences_is_their_sum(monkeypatch: pytest.MonkeyPatch) -> None:
    for valences, deviation in (([1, -1], 0.0), ([1, -1.05], 0.05), ([1, -2], 1.0)):
        monkeypatch.setattr(charges.BVAnalyzer, "get_valences", lambda *_, v=valences: v)
        found, step = charge(NACL)
        assert step == "bond valences" and found == pytest.approx(deviation)
        assert (found <= TOLERANCE) == (deviation < 0.1)


def test_atoms_of_an_element_differ_by_one_at_most_and_do_not_cancel() -> None:
    assert sums([2, 3], 2) == {4, 5, 6}
    assert sums([2, 4], 3) == {6, 12}
    assert sums([-1, 1], 2) == {-2, 2}
    assert sums([-1, 0, 1], 2) == {-2, -1, 1, 2}
    assert sums([], 2) == set()


def test_the_states_of_a_step_can_be_others() -> None:
    crystal = CASES["all states"][0]
    assert charge(crystal, all_states) == (0.0, "common states")
    assert charge(NACL, lambda _: ()) == (0.0, "bond valences")


@pytest.mark.parametrize(
    "formula", ["SiO", "Fe3O4", "NaAlO", "RbF2", "Mn2Se3", "KO", "CuNO2", "XeF2", "SiC2"]
)
@pytest.mark.parametrize("states", [common_states, all_states])
def test_the_slope_is_the_lowest_of_all_assignments(formula: str, states) -> None:
    """Against a search through every state of every atom."""
    composition = Composition(formula)
    elements = [Element(one.symbol) for one in composition.elements]
    choices = [
        [
            combination
            for combination in combinations_with_replacement(states(one), int(composition[one]))
            if max(combination) - min(combination) <= 1 and sum(combination)
        ]
        for one in elements
    ]
    weights = np.array([one.X for one in elements])
    found = [
        sum(np.mean(q) * (x - weights.mean()) for q, x in zip(parts, weights, strict=True))
        for parts in product(*choices)
        if sum(map(sum, parts)) == 0
    ]
    assert slope(composition, states) == (pytest.approx(min(found)) if found else None)


def test_the_slope_has_the_sign_of_the_correlation() -> None:
    """LiF: the metal's state is higher; with the signs turned it rises with electronegativity."""
    turned = {"Li": [-1], "F": [1]}
    assert slope(Composition("LiF"), all_states) < 0
    assert slope(Composition("LiF"), lambda element: turned[element.symbol]) > 0


def test_an_element_without_electronegativity_gives_no_slope() -> None:
    states = {"Kr": [2], "F": [-1], "He": [2]}
    assert np.isnan(slope(Composition("HeF2"), lambda element: states[element.symbol]))
    assert slope(Composition("KrF2"), lambda element: states[element.symbol]) < 0


def test_smact_wants_neutral_salts_and_takes_alloys() -> None:
    assert smact_valid("NaCl") and smact_valid("CdLi")
    assert not smact_valid("NaCl3")
