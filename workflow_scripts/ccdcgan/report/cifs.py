"""CIFs of crystals."""

from collections.abc import Iterator

from pymatgen.core import Structure
from pymatgen.io.cif import CifWriter
from pymatgen.symmetry.analyzer import SymmetryUndeterminedError

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
