"""Crystals: their table, arrays, compositions, cells, equality and energies."""

import logging

# It warns of each cell whose own operations are fewer than its primitive cell's.
logging.getLogger("moyopy").setLevel(logging.ERROR)
