"""The hull that predictions are held against, beside pymatgen's."""

import numpy as np
import pytest
from pymatgen.analysis.phase_diagram import PDEntry, PhaseDiagram
from pymatgen.core import Composition

from ccdcgan.crystals.compositions import count_atoms
from ccdcgan.stability import prediction_hull as module
from ccdcgan.stability.prediction_hull import PredictionHull

KNOWN = {
    "CaO": -3.3, "TiO2": -3.2, "Ti2O3": -3.1, "TiO": -2.7, "CaTiO3": -3.4, "Ca2Ti": 0.3,
    "Ca3Ti2O7": -3.2,
}  # fmt: skip
ASKED = ["CaTiO3", "Ca2TiO4", "CaTi2O5", "Ti3O5", "Ca3Ti", "CaTiO", "O2", "Ca7Ti5O11"]


def symbols(formula: str) -> list[str]:
    return [one.symbol for one, n in Composition(formula).items() for _ in range(round(n))]


def asked(*formulas: str) -> np.ndarray:
    return count_atoms([symbols(formula) for formula in formulas])


def test_energies_are_those_of_the_convex_hull() -> None:
    hull = PredictionHull(asked(*KNOWN), np.array(list(KNOWN.values())))
    entries = [PDEntry(Composition(one), 0.0) for one in ("Ca", "Ti", "O")]
    for formula, energy in KNOWN.items():
        composition = Composition(formula)
        entries.append(PDEntry(composition, energy * composition.num_atoms))
    diagram = PhaseDiagram(entries)
    expected = [diagram.get_hull_energy_per_atom(Composition(formula)) for formula in ASKED]
    found = hull.energies(asked(*ASKED))
    np.testing.assert_allclose(found, expected, atol=1e-6)
    assert found[0] == pytest.approx(-3.4) and found[4] == pytest.approx(0, abs=1e-9)
    assert len(set(np.round(found, 4))) >= len(ASKED) - 1


def test_of_several_crystals_of_a_composition_the_lowest_counts() -> None:
    hull = PredictionHull(asked("CaO", "CaO", "Ca2O2"), np.array([-3.0, -3.3, -3.1]))
    assert hull.energies(asked("CaO")) == pytest.approx([-3.3])


def test_unknown_energies_count_for_nothing() -> None:
    hull = PredictionHull(asked("CaO", "TiO"), np.array([np.nan, -2.0]))
    assert hull.energies(asked("CaO", "TiO", "CaTiO2")) == pytest.approx([0.0, -2.0, -1.0])


def test_other_systems_do_not_matter() -> None:
    hull = PredictionHull(asked("CaO", "MgO"), np.array([-3.3, -3.0]))
    assert hull.energies(asked("CaO", "CaMg")) == pytest.approx([-3.3, 0.0])


def test_compositions_may_be_asked_for_in_any_number(monkeypatch: pytest.MonkeyPatch) -> None:
    many = [f"Ca{a}Ti{b}O{c}" for a in range(1, 6) for b in range(1, 4) for c in (1, 3, 7)]
    together = PredictionHull(asked(*KNOWN), np.array(list(KNOWN.values())))
    found = together.energies(asked(*many, *many))
    monkeypatch.setattr(module, "TOGETHER", 7)
    apart = PredictionHull(asked(*KNOWN), np.array(list(KNOWN.values())))
    np.testing.assert_allclose(apart.energies(asked(*many)), found[: len(many)], atol=1e-7)
    np.testing.assert_array_equal(found[: len(many)], found[len(many) :])
    assert np.ptp(found) > 1 and not len(together.energies(asked()))
