"""Filters and crystals for relaxations by real potentials."""

from pymatgen.core import Lattice, Structure

from builders.settings import SECTIONS

FILTERS = SECTIONS.data.filters
CDLI = Structure(Lattice.cubic(3.1), ["Cd", "Li"], [[0, 0, 0], [0.5, 0.5, 0.5]])
LITHIUM = Structure(Lattice.from_parameters(3.0, 3.0, 3.0, *[109.4712] * 3), ["Li"], [[0, 0, 0]])
