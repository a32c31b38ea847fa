"""What the paper says, to compare with."""

SMALL_CHANGE = 0.2
"""eV/atom; the paper counts the crystals whose relaxation releases less than this (table 1)."""
PAPER = {
    "system": "paper, 15 systems",
    "variant": "ccdcgan",
    "mean_delta_formation_energy": 0.10,
    "negative": 0.72,
}
"""What the paper says of all its systems together, by DFT; the columns are those of `table1`."""
