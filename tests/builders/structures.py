"""Crystals of well-known structures."""

from pymatgen.core import Lattice, Structure

BCC = Structure(Lattice.cubic(3.4), ["Li", "Li"], [[0] * 3, [0.5] * 3])
ODD = Structure(
    Lattice.from_parameters(3, 4.1, 5.3, 71, 83, 97), ["Cd", "Li"], [[0] * 3, [0.3] * 3]
)
NACL = Structure.from_spacegroup(
    "Fm-3m", Lattice.cubic(5.64), ["Na", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]]
).get_primitive_structure()
SILICON = Structure.from_spacegroup(
    "Fd-3m", Lattice.cubic(5.43), ["Si"], [[0, 0, 0]]
).get_primitive_structure()
