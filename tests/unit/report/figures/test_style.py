"""Figures as files."""

from pathlib import Path

import pytest
from matplotlib.figure import Figure

from ccdcgan.report.figures.style import COLOURS, MARKERS, colours, save


def drawn() -> Figure:
    figure = Figure()
    figure.subplots().plot([0, 1], [1, 0], label="E above hull")
    figure.suptitle("Cd-Li")
    return figure


def test_equal_figures_are_equal_files_in_which_text_is_text(tmp_path: Path) -> None:
    for name in ("a.svg", "b.svg"):
        save(drawn(), tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    assert ">Cd-Li</text>" in (tmp_path / "a.svg").read_text()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.svg", "b.svg"]


def test_a_figure_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    save(drawn(), tmp_path / "a.svg")
    before = (tmp_path / "a.svg").read_bytes()
    broken = drawn()
    broken.axes[0].set_title("$\\frac{1}$")  # no formula
    with pytest.raises(ValueError, match="frac"):
        save(broken, tmp_path / "a.svg")
    assert (tmp_path / "a.svg").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["a.svg"]


def test_no_two_variants_look_alike() -> None:
    assert set(COLOURS) == set(MARKERS)
    assert len(set(COLOURS.values())) == len(set(MARKERS.values())) == len(COLOURS)


def test_other_models_have_colours_of_their_own() -> None:
    found = colours(["ccdcgan", "exchange", "theirs", "others"])
    assert found["ccdcgan"] == COLOURS["ccdcgan"] and found["exchange"] == COLOURS["exchange"]
    assert len(set(found.values())) == 4
