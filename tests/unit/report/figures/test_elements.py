"""Periodic tables of training structures and crystals."""

from pathlib import Path

import pytest

from builders.figures import texts
from ccdcgan.core.errors import InputError
from ccdcgan.report.figures.elements import elements_figure


def test_periodic_tables_share_their_colours(tmp_path: Path) -> None:
    figure = elements_figure({"training": ["CoHf"] * 9 + ["Cd"], "dcgan": ["Co"], "ccdcgan": []})
    found = texts(figure, tmp_path / "elements.svg")
    for expected in (
        "training structures: 10",
        "valid crystals of ccdcgan: 0",
        "generated crystals",
        "crystals with the element (%)",
    ):
        assert expected in found
    assert found.count("90") == 2  # Co and Hf in the training set
    assert found.count("Lr") == 3
    assert "dcgan (rank correlation 0.50)" in found  # Co, Cd, Hf: 90, 10, 90 and 100, 0, 0
    assert "ccdcgan (rank correlation undefined)" in found
    first, second, third = figure.axes[:3]
    cobalt = [axes.patches[26].get_facecolor() for axes in (first, second, third)]
    assert cobalt[0] != cobalt[1] != cobalt[2]  # 90 %, 100 % and none
    hafnium, cadmium = (first.patches[z - 1].get_facecolor() for z in (72, 48))
    assert cobalt[0] == hafnium != cadmium


def test_one_value_alone_can_be_drawn(tmp_path: Path) -> None:
    figure = elements_figure({"training": ["Cd"], "dcgan": ["Cd"]})
    assert "100" in texts(figure, tmp_path / "elements.svg")


def test_without_training_structures_nothing_is_compared(tmp_path: Path) -> None:
    figure = elements_figure({"training": [], "dcgan": ["CoHf"], "ccdcgan": ["Cd"]})
    found = texts(figure, tmp_path / "elements.svg")
    assert "valid crystals of dcgan: 1" in found and "valid crystals of ccdcgan: 1" in found
    assert not [text for text in found if "training" in text or "rank correlation" in text]


def test_no_crystal_at_all() -> None:
    with pytest.raises(InputError, match="no crystal in dcgan, ccdcgan"):
        elements_figure({"dcgan": [], "ccdcgan": []})
