"""The Materials Project's corrections of energies, for potentials that learnt its raw ones.

The Materials Project adds to each energy of PBE a correction for its anions and, where it used a
Hubbard U, one for its metals, so that both kinds of energies fit measured enthalpies and meet on
one hull (Wang et al., Sci. Rep. 11, 15496, 2021; Jain et al., Phys. Rev. B 84, 045115, 2011). A
potential that learnt the raw energies gives raw ones, and needs the same corrections before its
hulls compare with the Materials Project's. Matbench Discovery does the same (Riebesell et al., Nat.
Mach. Intell. 7, 836, 2025).
"""

import warnings
from functools import cache

from pymatgen.core import Composition, Element, Species, Structure
from pymatgen.entries.compatibility import MaterialsProject2020Compatibility
from pymatgen.entries.computed_entries import ComputedStructureEntry

from ccdcgan.core.settings.analysis import Corrections


@cache
def _compatibility() -> MaterialsProject2020Compatibility:
    # No POTCAR stands behind the energy of a potential.
    return MaterialsProject2020Compatibility(check_potcar=False)


def hubbard_values(composition: Composition) -> dict[str, float]:
    """Return the Hubbard U (eV) of the elements that the Materials Project computes with one.

    They are pymatgen's for MPRelaxSet: those of some transition metals where the most
    electronegative element is O or F; else none.
    """
    anion = max(composition.elements, key=_electronegativity)
    values = _compatibility().u_settings.get(anion.symbol, {})
    found = {element.symbol: values.get(element.symbol, 0.0) for element in composition}
    return {symbol: float(value) for symbol, value in found.items() if value}


def _electronegativity(element: Element | Species) -> float:
    """Return Pauling's electronegativity; 0 for the noble gases that have none."""
    return float(Element(element.symbol).data.get("X") or 0.0)


def uses_hubbard(composition: Composition) -> bool:
    """Say whether the Materials Project computes a composition by GGA+U."""
    return bool(hubbard_values(composition))


def mp2020_correction(structure: Structure) -> float:
    """Return what the Materials Project adds to the energy of a crystal, in eV/atom.

    GGA or GGA+U is chosen by the composition; the anions' part depends on the distances too, since
    peroxides and superoxides have corrections of their own. Elements have none.
    """
    values = hubbard_values(structure.composition)
    entry = ComputedStructureEntry(
        structure,
        0.0,  # the correction does not depend on the energy
        parameters={
            "run_type": "GGA+U" if values else "GGA",
            "is_hubbard": bool(values),
            "hubbards": values,
        },
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of oxidation states that it cannot guess
        adjustments = _compatibility().get_adjustments(entry)
    return float(sum(one.value for one in adjustments)) / len(structure)


def correction(structure: Structure, corrections: Corrections) -> float:
    """Return the correction (eV/atom) of a crystal by `hull.corrections`; 0 for `none`."""
    return mp2020_correction(structure) if corrections == "mp2020" else 0.0
