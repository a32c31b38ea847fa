"""Magnetic moments from which a spin-polarised calculation starts."""

from pymatgen.core import Structure

from ccdcgan.crystals.corrections import uses_hubbard

# μB an atom, aligned in parallel: the moments of the 3d metals near their elemental crystals or
# high-spin ions, the spin moments of the 4f shells by Hund's rule. All other elements start
# without spin.
MOMENTS = {
    "Cr": 3.0,
    "Mn": 4.0,
    "Fe": 3.0,
    "Co": 2.0,
    "Ni": 1.0,
    "Ce": 1.0,
    "Pr": 2.0,
    "Nd": 3.0,
    "Pm": 4.0,
    "Sm": 5.0,
    "Eu": 7.0,
    "Gd": 7.0,
    "Tb": 6.0,
    "Dy": 5.0,
    "Ho": 4.0,
    "Er": 3.0,
    "Tm": 2.0,
    "U": 2.0,
    "Np": 3.0,
    "Pu": 5.0,
}
IONS = {"V": 2.0, "Mo": 2.0, "W": 2.0}
"""μB an atom of metals that have no moment as elements, in oxides and fluorides: that of their
ions with two d electrons (V³⁺, Mo⁴⁺, W⁴⁺). With a U a start without spin would often stay there."""
TRIPLET = {"O": 1.0}
"""μB an atom of molecular oxygen, whose two unpaired electrons make it a triplet. The molecules of
all other elements (H₂, N₂, F₂, Cl₂, Br₂, I₂, P₄, S₈, Se₈) are singlets."""


def starts_as_triplet(structure: Structure) -> bool:
    """Say whether a structure is molecular oxygen: it holds nothing but O."""
    return {element.symbol for element in structure.composition.elements} == {"O"}


def starting_moments(structure: Structure) -> dict[str, float]:
    """Return the moment (μB an atom) of each element of a structure that starts with one.

    An oxygen atom has one in molecular oxygen alone: that of oxides starts without.
    """
    ions = IONS if uses_hubbard(structure.composition) else {}
    moments = TRIPLET if starts_as_triplet(structure) else MOMENTS | ions
    symbols = sorted({element.symbol for element in structure.composition.elements})
    return {symbol: moments[symbol] for symbol in symbols if symbol in moments}
