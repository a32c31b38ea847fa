"""What all figures share: colours of variants and baselines, and how a figure becomes a file."""

import itertools
from collections.abc import Iterable, Mapping
from os import PathLike
from typing import Any

import matplotlib
from matplotlib.figure import Figure

from ccdcgan.core.artifacts import atomic

COLOURS = {"dcgan": "#e08214", "ccdcgan": "#2166ac", "random": "#878787", "exchange": "#1b7837"}
MARKERS = {"dcgan": "s", "ccdcgan": "o", "random": "^", "exchange": "D"}
OTHERS = ("#762a83", "#b35806", "#01665e", "#c51b7d")
"""Colours of arms and of other models' crystals, in their order."""
KNOWN = "#777777"
INK = "#222222"


OTHER_MARKERS = ("v", "P", "X", "*")


def colours(variants: Iterable[str]) -> dict[str, str]:
    """Give each variant and baseline its colour; arms and other models have no fixed one."""
    return _each(variants, COLOURS, OTHERS)


def markers(variants: Iterable[str]) -> dict[str, str]:
    """Give each variant and baseline its marker; arms and other models have no fixed one."""
    return _each(variants, MARKERS, OTHER_MARKERS)


def _each(names: Iterable[str], fixed: Mapping[str, str], others: Iterable[str]) -> dict[str, str]:
    free = itertools.cycle(others)
    return {name: fixed[name] if name in fixed else next(free) for name in names}


def save(figure: Figure, path: str | PathLike[str]) -> None:
    """Write a figure as SVG, atomically; text stays text, and equal figures are equal files."""
    settings: Any = {"svg.fonttype": "none", "svg.hashsalt": "ccdcgan"}
    with matplotlib.rc_context(settings), atomic(path) as temporary:
        figure.savefig(temporary, format="svg", metadata={"Date": None})
