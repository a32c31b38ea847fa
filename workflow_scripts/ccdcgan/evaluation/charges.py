"""Is a crystal neutral? The three steps of LeMat-GenBench, which ask less and less of it."""

from collections.abc import Callable, Iterable
from functools import cache

import numpy as np
from pymatgen.analysis.bond_valence import BVAnalyzer, calculate_bv_sum
from pymatgen.analysis.local_env import get_neighbors_of_site_with_index
from pymatgen.core import Composition, Element, Structure
from smact.metallicity import metallicity_score
from smact.screening import smact_validity

TOLERANCE = 0.1
"""Elementary charges of the cell; a crystal is neutral within it."""
METALLIC = 0.7
"""SMACT's score of metallicity above which a composition needs no charges."""
NO_VALENCE = 1e-15
"""Bond valences below it are none."""
UNBALANCED = "no neutral states"
"""The step of a crystal that is not neutral."""

States = Callable[[Element], Iterable[int]]


def common_states(element: Element) -> Iterable[int]:
    """Give the oxidation states of an element in the ICSD, else its common ones, of pymatgen."""
    return element.icsd_oxidation_states or element.common_oxidation_states


def all_states(element: Element) -> Iterable[int]:
    """Give all oxidation states of an element that pymatgen knows."""
    return element.oxidation_states


def charge(structure: Structure, states: States = common_states) -> tuple[float, str]:
    """Return how far a crystal is from neutral (elementary charges a cell), and the deciding step.

    As `ChargeNeutralityMetric` of LeMat-GenBench (Betala et al., arXiv:2512.04562;
    github.com/LeMaterial/lemat-genbench, metrics/validity_metrics.py at 5bab2cd) asks, until one of
    them holds:

    1. `metal`: the composition's metallicity by SMACT is above 0.7, or the bond valence sums of all
       atoms are zero, as they are where no bond joins an electronegative element to another one.
    2. `bond valences`: pymatgen's `BVAnalyzer` finds valences; the charge is their sum.
    3. `common states`: some states of the elements add up to zero. Atoms of one element have states
       that differ by at most one and do not add up to zero.
    4. `all states`: likewise with all states that pymatgen knows, if in some such assignment the
       states fall with the electronegativity (Pearson's r of the elements' mean states below zero).

    Else the charge is infinite and the step `UNBALANCED`; LeMat-GenBench writes 10.

    states: of step 3. LeMat-GenBench takes those that LeMat-Bulk and the ICSD hold, from a file of
    its own; here they are pymatgen's of the ICSD.
    """
    if _is_metal(structure):
        return 0.0, "metal"
    try:
        valences = BVAnalyzer().get_valences(structure)
    except ValueError:  # none are found
        pass
    else:
        return abs(float(sum(valences))), "bond valences"
    composition = structure.composition.reduced_composition
    if slope(composition, states) is not None:
        return 0.0, "common states"
    steepest = slope(composition, all_states)
    if steepest is not None and steepest < -1e-9:  # rounding apart, below zero
        return 0.0, "all states"
    return float("inf"), UNBALANCED


def _is_metal(structure: Structure) -> bool:
    try:
        if metallicity_score(Composition(structure.formula)) > METALLIC:
            return True
        return all(_valence(structure, site) < NO_VALENCE for site in range(len(structure)))
    except (KeyError, ValueError):  # an element without parameters, an atom without neighbours
        return False


def _valence(structure: Structure, site: int) -> float:
    neighbours = get_neighbors_of_site_with_index(structure, site)
    return abs(float(calculate_bv_sum(structure[site], neighbours)))


def sums(states: Iterable[int], atoms: int) -> set[int]:
    """Return the charges other than zero of some atoms whose states differ by at most one."""
    known = {int(state) for state in states}
    found = {state * atoms for state in known}
    for state in known & {state - 1 for state in known}:
        found.update(range(state * atoms, (state + 1) * atoms + 1))
    return found - {0}


def slope(composition: Composition, states: States) -> float | None:
    """Return how steeply the states of a neutral assignment fall with the electronegativity.

    It is the lowest Σ q (X - X̄) over all neutral assignments, where q is the mean state and X the
    electronegativity (Pauling) of an element, X̄ the mean over the elements. It has the sign of
    Pearson's r of q and X, and is linear in q: so the lowest one of each partial charge is enough
    to know, however many assignments there are. NaN where an element has no electronegativity;
    None where no assignment is neutral.

    composition: of whole numbers of atoms. states: of an element; see `sums`.
    """
    elements = [Element(one.symbol) for one in composition.elements]
    negativity = np.array([element.X for element in elements], dtype=float)
    weights = negativity - negativity.mean()
    lowest = {0: 0.0}
    for element, weight in zip(elements, weights, strict=True):
        atoms = round(composition[element])
        longer: dict[int, float] = {}
        for charge_so_far, value in lowest.items():
            for own in sums(states(element), atoms):
                total = value + weight * own / atoms
                held = longer.get(charge_so_far + own, np.inf)
                longer[charge_so_far + own] = total if np.isnan(total) else min(held, total)
        lowest = longer
    return lowest.get(0)


@cache
def smact_valid(formula: str) -> bool:
    """Say whether a composition is neutral in states that fit the electronegativities.

    The rule of SMACT (Davies et al., J. Open Source Softw. 4, 1361 (2019)) at its defaults: alloys
    and elements pass.
    """
    return bool(smact_validity(formula))
