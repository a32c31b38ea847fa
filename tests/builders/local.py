"""Files of structures of every kind."""

from pymatgen.core import Lattice, Structure

CRYSTALS = {
    "salt": Structure(Lattice.cubic(3.9), ["Na", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]]),
    "skew": Structure(
        Lattice.from_parameters(3, 4, 5, 80, 95, 110),
        ["Fe", "O", "O"],
        [[0.1, 0.2, 0.3]] * 1 + [[0.5, 0.1, 0.9], [0.7, 0.6, 0.4]],
    ),
}
