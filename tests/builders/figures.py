"""Crystals to draw, and what a reader of a figure can read."""

import re
from pathlib import Path

from matplotlib.figure import Figure
from pymatgen.core import Lattice, Structure

from ccdcgan.report.figures.style import save

CDLI = Structure.from_spacegroup("Pm-3m", Lattice.cubic(3.32), ["Cd", "Li"], [[0] * 3, [0.5] * 3])
COPPER = Structure.from_spacegroup("Fm-3m", Lattice.cubic(3.6), ["Cu"], [[0] * 3])


def texts(figure: Figure, path: Path) -> list[str]:
    """What a reader of the SVG can read, and that it can be written."""
    save(figure, path)
    return [part.strip() for part in re.findall(r"<text[^>]*>([^<]*)</text>", path.read_text())]
