"""Pictures of crystals: the conventional cell with the atoms on its faces."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from ase import Atoms
from ase.data import atomic_numbers, covalent_radii
from ase.data.colors import jmol_colors
from ase.visualize.plot import plot_atoms
from matplotlib.axes import Axes
from matplotlib.figure import Figure, FigureBase
from matplotlib.lines import Line2D
from pymatgen.core import Structure
from pymatgen.symmetry.analyzer import SpacegroupAnalyzer, SymmetryUndeterminedError
from pymatgen.util.string import unicodeify, unicodeify_spacegroup

from ccdcgan.crystals.symmetry import space_group_symbol
from ccdcgan.crystals.table import SYMPREC, Crystals, space_group

ROTATION = "-80x,15y,5z"
NEAR_FACE = 0.02  # fraction of a lattice vector within which an atom also shows on the other side
SCALE = 0.5  # of the covalent radius
WIDTH, HEIGHT = 2.7, 3.2  # inches a picture
COLUMNS = 4  # pictures side by side in a gallery


@dataclass(frozen=True)
class Picture:
    """A crystal and what is written above it; energy above the known hull in eV/atom."""

    structure: Structure
    formula: str
    space_group: str
    e_above_known_hull: float
    variant: str


def crystals_figure(pictures: Mapping[str, Sequence[Picture]]) -> Figure:
    """Draw a row a system, with its crystals side by side; a system without one says so."""
    columns = max([len(row) for row in pictures.values()] + [1])
    heights = [HEIGHT if row else 0.5 for row in pictures.values()]
    figure = Figure(figsize=(WIDTH * columns, sum(heights) + 0.4), layout="constrained")
    panels = figure.subplots(
        len(pictures), columns, squeeze=False, gridspec_kw={"height_ratios": heights}
    )
    for line, (system, row) in zip(panels, pictures.items(), strict=True):
        for axes in line:
            axes.axis("off")
        if not row:
            line[0].text(0.5, 0.5, f"{system}: no candidate", ha="center", va="center")
        for axes, picture in zip(line, row, strict=False):
            draw_picture(axes, picture)
    element_legend(figure, [p.structure for row in pictures.values() for p in row])
    return figure


def draw_picture(axes: Axes, picture: Picture) -> None:
    """Draw the conventional cell of a crystal below what is known of it."""
    _draw(axes, unit_cell(picture.structure))
    axes.set_title(
        f"{unicodeify(picture.formula)}  {unicodeify_spacegroup(picture.space_group)}\n"
        f"{picture.e_above_known_hull:+.3f} eV/atom\n{picture.variant}",
        fontsize=9,
    )


def pairs_figure(pairs: Sequence[tuple[str, Structure, Structure | None]]) -> Figure:
    """Draw crystals above, and below them what came back of each; None where nothing did.

    pairs: what is written above the two, the crystal, and what came back.
    """
    figure = Figure(figsize=(1.7 * max(1, len(pairs)), 4.6), layout="constrained")
    panels = figure.subplots(2, max(1, len(pairs)), squeeze=False)
    for axes in panels.ravel():
        axes.axis("off")
    for (above, below), (title, before, after) in zip(panels.T, pairs, strict=False):
        _draw(above, _cell(before))
        above.set_title(title, fontsize=7)
        if after is None:
            below.text(0.5, 0.5, "nothing", ha="center", va="center", fontsize=8)
        else:
            _draw(below, _cell(after))
    found = [one for _, before, after in pairs for one in (before, after) if one is not None]
    element_legend(figure, found)
    return figure


def gallery_figure(crystals: Crystals, count: int, seed: int) -> Figure:
    """Draw conventional cells of crystals with formula and space group, `COLUMNS` in a row.

    count: how many at most, drawn by lot.
    """
    names = list(crystals)
    if len(names) > count:
        names = sorted(np.random.default_rng(seed).choice(names, count, replace=False))
    crystals = crystals.take(names)
    rows = max(1, -(-len(crystals) // COLUMNS))
    figure = Figure(figsize=(WIDTH * COLUMNS, HEIGHT * rows), layout="constrained")
    panels = figure.subplots(rows, COLUMNS, squeeze=False).ravel()
    for axes in panels:
        axes.axis("off")
    for axes, (name, crystal) in zip(panels, crystals.items(), strict=False):
        _draw(axes, unit_cell(crystal))
        symbol = space_group_symbol(space_group(crystal))
        formula = unicodeify(crystal.composition.reduced_formula)
        axes.set_title(f"{formula}  {unicodeify_spacegroup(symbol)}\n{name}", fontsize=9)
    if not len(crystals):
        panels[0].text(0.5, 0.5, "no novel crystal", ha="center", va="center")
    element_legend(figure, list(crystals.structures().values()))
    return figure


def _cell(structure: Structure) -> Atoms:
    """Take the cell as it stands, so that what differs is the crystal and not the choice of it."""
    places = structure.frac_coords % 1.0
    symbols = [site.specie.symbol for site in structure]
    cell = structure.lattice.from_parameters(*structure.lattice.parameters)
    return Atoms(symbols, scaled_positions=places, cell=cell.matrix)


def _draw(axes: Axes, atoms: Atoms) -> None:
    plot_atoms(
        atoms,
        axes,
        rotation=ROTATION,
        radii=SCALE * covalent_radii[atoms.get_atomic_numbers()],
        show_unit_cell=2,
    )
    axes.axis("off")


def element_legend(figure: FigureBase, structures: Sequence[Structure]) -> None:
    """Say below a figure which colour is which element."""
    elements = {symbol for structure in structures for symbol in structure.symbol_set}
    handles = [
        Line2D(
            [],
            [],
            marker="o",
            linestyle="none",
            markersize=9,
            markerfacecolor=jmol_colors[atomic_numbers[symbol]],
            markeredgecolor="black",
            label=symbol,
        )
        for symbol in sorted(elements)
    ]
    if handles:
        figure.legend(
            handles=handles,
            loc="outside lower center",
            ncols=min(len(handles), 12),
            frameon=False,
            columnspacing=1.2,
            handletextpad=0.2,
            fontsize=9,
        )


def unit_cell(structure: Structure) -> Atoms:
    """Make the conventional cell; an atom on a face, edge or corner shows on all sides of it."""
    try:
        cell = SpacegroupAnalyzer(structure, SYMPREC).get_conventional_standard_structure()
    except (SymmetryUndeterminedError, ValueError, TypeError):
        cell = structure
    symbols, places = [], []
    for site in cell:
        place = site.frac_coords % 1.0
        place[place > 1 - NEAR_FACE] -= 1.0
        sides = [(0, 1) if near else (0,) for near in np.abs(place) < NEAR_FACE]
        for shift in product(*sides):
            symbols.append(site.specie.symbol)
            places.append(place + shift)
    return Atoms(symbols, scaled_positions=places, cell=cell.lattice.matrix)
