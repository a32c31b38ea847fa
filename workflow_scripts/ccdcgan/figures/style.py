"""What all figures share: colours of the variants and how a figure becomes a file."""

from os import PathLike
from typing import Any

import matplotlib
from matplotlib.figure import Figure

from ccdcgan.artifacts import atomic

COLOURS = {"dcgan": "#e08214", "ccdcgan": "#2166ac"}
MARKERS = {"dcgan": "s", "ccdcgan": "o"}
KNOWN = "#777777"
INK = "#222222"


def save(figure: Figure, path: str | PathLike[str]) -> None:
    """Write a figure as SVG, atomically; text stays text, and equal figures are equal files."""
    settings: Any = {"svg.fonttype": "none", "svg.hashsalt": "ccdcgan"}
    with matplotlib.rc_context(settings), atomic(path) as temporary:
        figure.savefig(temporary, format="svg", metadata={"Date": None})
