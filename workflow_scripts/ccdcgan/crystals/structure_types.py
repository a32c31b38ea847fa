"""Structure types: which crystals are the same but for their elements and free parameters."""

from collections import Counter

from pymatgen.core import Structure

from ccdcgan.crystals.cells import symmetry_of

TOLERANCE = 0.1  # Å; within which symmetry is found


def structure_type(structure: Structure) -> str:
    """Name the structure type, such as `221: 1 m-3m | 1 m-3m` of CsCl; empty where none is found.

    The number of the space group and, of each element, the numbers of equivalent atoms in the
    primitive cell and their site symmetries. The elements are left out, and so are the letters of
    the Wyckoff positions, which depend on the choice of the origin: crystals of one name are
    isopointal or nearly so (Allmann and Hinek, Acta Crystallographica A63, 412 (2007)).
    """
    try:
        found = symmetry_of(structure, TOLERANCE)
    except ValueError:
        return ""
    cells = len(structure) // len(found.prim_std_cell.numbers)
    elements: dict[str, list[str]] = {}
    for orbit, number in Counter(found.orbits).items():
        size = number // cells
        symmetry = found.site_symmetry_symbols[orbit]
        elements.setdefault(structure[orbit].specie.symbol, []).append(f"{size} {symmetry}")
    return f"{found.number}: " + " | ".join(sorted(", ".join(sorted(o)) for o in elements.values()))
