"""What all figures share: colours of variants and baselines, and how a figure becomes a file."""

from os import PathLike
from typing import Any

import matplotlib
from matplotlib.figure import Figure

from ccdcgan.core.artifacts import atomic

COLOURS = {"dcgan": "#e08214", "ccdcgan": "#2166ac", "random": "#878787", "exchange": "#1b7837"}
MARKERS = {"dcgan": "s", "ccdcgan": "o", "random": "^", "exchange": "D"}
KNOWN = "#777777"
INK = "#222222"


def save(figure: Figure, path: str | PathLike[str]) -> None:
    """Write a figure as SVG, atomically; text stays text, and equal figures are equal files."""
    settings: Any = {"svg.fonttype": "none", "svg.hashsalt": "ccdcgan"}
    with matplotlib.rc_context(settings), atomic(path) as temporary:
        figure.savefig(temporary, format="svg", metadata={"Date": None})
