"""Pictures of crystals."""

from pathlib import Path

from builders.figures import CDLI, COPPER, texts
from ccdcgan.report.candidates_page import read_candidates, read_pictures
from ccdcgan.report.figures.crystals import crystals_figure, unit_cell


def test_atoms_on_faces_show_on_all_sides() -> None:
    cell = unit_cell(CDLI)
    assert sorted(cell.get_chemical_symbols()) == ["Cd"] * 8 + ["Li"]
    # A primitive cell is shown as its conventional one: 8 corners and 6 faces.
    assert len(unit_cell(COPPER.get_primitive_structure())) == 14


def test_pictures_of_the_candidates(results, tmp_path: Path) -> None:
    tables, decks = results
    pictures = read_pictures(read_candidates(tables), decks)
    figure = crystals_figure(pictures)
    found = texts(figure, tmp_path / "crystals.svg")
    assert any("CdLi" in text or "LiCd" in text for text in found)
    for expected in ("+0.012 eV/atom", "-0.002 eV/atom", "ccdcgan", "Co-Hf: no candidate", "Li"):
        assert expected in found
    drawn = [len(axes.patches) for axes in figure.axes[:2]]
    assert drawn[0] > 9
    assert drawn[1] > 14
