"""What the training set looks like."""

from pathlib import Path

import numpy as np
import pandas as pd

from builders.figures import texts
from ccdcgan.crystals.table import Crystals
from ccdcgan.report.figures.structures import element_counts_figure, structures_figure

UNITS = {"formation_energy_per_atom": "eV/atom"}
TABLE = pd.DataFrame(
    {
        "id": list("abcdef"),
        "chemical_system": ["Co-Hf", "Co", "Hf", "Cd-Li", "Cd-Li", "Li"],
        "num_sites": [2, 1, 2, 4, 4, 1],
        "kind": ["phase", "phase", "phase", "phase", "copy", "phase"],
        "formation_energy_per_atom": [-0.3, 0.0, 0.0, -0.1, np.nan, 0.0],
    }
)


def test_a_row_a_system_where_there_are_no_others(tmp_path: Path) -> None:
    figure = structures_figure(Crystals(TABLE), UNITS, ["Co-Hf", "Cd-Li"])
    found = texts(figure, tmp_path / "structures.svg")
    for expected in (
        "all structures (6)",
        "Co-Hf (1)",
        "Cd-Li (2)",
        "formation energy per atom (eV/atom)",
        "copies of them",
    ):
        assert expected in found
    panels = np.reshape(figure.axes, (3, 3))
    counted = [[sum(bar.get_height() for bar in axes.patches) for axes in line] for line in panels]
    # Stacked: the bars of the copies are on top of those of the phases.
    assert counted == [[5, 6, 6], [1, 1, 1], [1, 2, 2]]
    assert panels[0, 1].get_xlim()[1] > 4


def test_other_systems_have_no_rows_of_their_own(tmp_path: Path) -> None:
    figure = structures_figure(Crystals(TABLE), UNITS, ["Co-Hf"])
    found = texts(figure, tmp_path / "structures.svg")
    assert "all structures (6)" in found and "Co-Hf (1)" not in found


def test_phases_alone_need_no_legend(tmp_path: Path) -> None:
    phases = Crystals(TABLE).phases()
    found = texts(structures_figure(phases, UNITS, []), tmp_path / "structures.svg")
    assert "copies of them" not in found


def test_elements_are_counted_once_a_structure(tmp_path: Path) -> None:
    found = texts(element_counts_figure(Crystals(TABLE)), tmp_path / "elements.svg")
    assert "6 structures, 5 chemical systems, 4 elements" in found
    counts = {symbol: found[found.index(symbol) + 1] for symbol in ("Li", "Co", "Hf", "Cd", "H")}
    assert counts == {"Li": "3", "Co": "2", "Hf": "2", "Cd": "2", "H": "He"}
