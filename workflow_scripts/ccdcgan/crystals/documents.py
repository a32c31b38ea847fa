"""Structures from plain dictionaries of pymatgen's form, read field by field.

pymatgen's own reader makes an object of any class that a dictionary names, whoever wrote it. Here
only numbers and symbols are read, so that a file or a server can name what it likes.
"""

from functools import cache
from typing import Any, TypeVar

import numpy as np
from pymatgen.core import DummySpecies, Element, Lattice, Species, Structure

T = TypeVar("T")
MAX_ATOMIC_NUMBER = 99
"""Of einsteinium, the last element that data and networks may hold."""
PARAMETERS = ("a", "b", "c", "alpha", "beta", "gamma")


@cache
def element_symbol(text: str) -> str:
    """Find the element of a species such as `Fe3+`; isotopes count as their element.

    Raises ValueError for a species that is no element from H to Es.
    """
    try:
        species = Element(text) if Element.is_valid_symbol(text) else Species.from_str(text)
        number = 0 if isinstance(species, DummySpecies) else species.Z
    except (ValueError, KeyError):
        number = 0
    if not 1 <= number <= MAX_ATOMIC_NUMBER:
        raise ValueError(f"unknown species: {text}")
    return Element.from_Z(number).symbol


def plain_structure(document: Any) -> Structure:
    """Make the structure of a dictionary.

    Read are the lattice (matrix in Å, or a, b, c, alpha, beta and gamma in Å and degrees) and of
    each site the species (element and occu) and abc (fractional) or xyz (Å). All else is left
    alone: charges, oxidation states, properties of sites, and whatever names a class. Raises
    ValueError with the reason if one of these is missing or damaged.
    """
    cell = _field(document, "lattice", dict)
    if "matrix" in cell:
        lattice = Lattice(_numbers(cell["matrix"], (3, 3), "lattice"))
    else:
        given = [cell.get(name) for name in PARAMETERS]
        lattice = Lattice.from_parameters(*_numbers(given, (6,), "lattice"))
    species, coords = [], []
    for number, site in enumerate(_field(document, "sites", list)):
        name = f"site {number}"
        occupancies: dict[str, float] = {}
        for part in _field(site, "species", list):
            symbol = element_symbol(_field(part, "element", str))
            share = float(_numbers(part.get("occu"), (), f"{name}, occu"))
            occupancies[symbol] = occupancies.get(symbol, 0.0) + share
        species.append(occupancies)
        if "abc" in site:
            coords.append(_numbers(site["abc"], (3,), name))
        else:
            place = _numbers(site.get("xyz"), (3,), name)
            coords.append(lattice.get_fractional_coords(place))
    if not species:
        raise ValueError("no atom")
    return Structure(lattice, species, coords)


def _field(holder: Any, name: str, kind: type[T]) -> T:
    value = holder.get(name) if isinstance(holder, dict) else None
    if not isinstance(value, kind):
        raise ValueError(f"no {name}" if value is None else f"{name} is a {type(value).__name__}")
    return value


def _numbers(values: Any, shape: tuple[int, ...], name: str) -> np.ndarray:
    try:
        numbers = np.asarray(values, dtype=float)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"{name}: not numbers") from None
    if numbers.shape != shape or not np.isfinite(numbers).all():
        raise ValueError(f"{name}: numbers are missing, too many or not finite")
    return numbers
