"""Rows of relaxed prototypes of two elements and their compound."""

import pandas as pd
from pymatgen.core import Lattice, Structure

from builders.settings import SECTIONS, changed
from ccdcgan.data.filters import as_row

FILTERS = changed(SECTIONS.data.filters, max_sites=4, max_length=7.0)
PAIR = [[0, 0, 0], [0.5, 0.5, 0.5]]


def cdli(edge=3.3):
    return Structure(Lattice.cubic(edge), ["Cd", "Li"], PAIR)


def row(id_, structure, energy, steps=0):
    made = as_row(id_, structure, "test", FILTERS)
    return made | {"energy_per_atom": energy, "steps": steps}


def element_tables():
    return [
        pd.DataFrame(
            [
                row(f"{symbol}-fcc", Structure(Lattice.cubic(3.0), [symbol], [[0, 0, 0]]), energy),
                row(f"{symbol}-high", Structure(Lattice.cubic(3.5), [symbol] * 2, PAIR), -0.5),
            ]
        )
        for symbol, energy in (("Cd", -0.9), ("Li", -1.9))
    ]
