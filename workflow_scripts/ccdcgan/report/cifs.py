"""CIFs of crystals, and the symbols of their space groups."""

import re
from collections.abc import Iterator

import pandas as pd
from pymatgen.core import Structure
from pymatgen.io.cif import CifWriter
from pymatgen.symmetry.analyzer import SymmetryUndeterminedError
from pymatgen.symmetry.groups import sg_symbol_from_int_number

from ccdcgan.crystals.table import Crystals


def cifs(crystals: Crystals, symprec: float | None = None) -> Iterator[tuple[str, str]]:
    """Yield file name and CIF of each crystal, as it is, in P1.

    With symprec, Å: of its conventional cell with the symmetry that the atoms are at most so far
    from; where none is found, in P1.
    """
    for name, crystal in crystals.items():
        yield f"{name}.cif", _with_symmetry(crystal, symprec) or str(CifWriter(crystal))


def _with_symmetry(crystal: Structure, symprec: float | None) -> str:
    try:
        return str(CifWriter(crystal, symprec=symprec)) if symprec else ""
    except (SymmetryUndeterminedError, ValueError, TypeError):
        return ""


def space_group_symbol(number: float | None) -> str:
    """Return the short symbol of a space group, `C2/m` of 12; `P1` where none was found."""
    known = 1 if number is None or pd.isna(number) else max(int(number), 1)
    # Of a monoclinic group pymatgen names all three axes: C12/m1.
    return re.sub(r"^([A-Z])1(.+)1$", r"\1\2", sg_symbol_from_int_number(known))
