"""Pictures of crystals."""

from pathlib import Path

from builders.figures import CDLI, COPPER, texts
from ccdcgan.crystals.table import Crystals
from ccdcgan.report.candidates import read_pictures
from ccdcgan.report.figures.crystals import crystals_figure, gallery_figure, unit_cell


def test_atoms_on_faces_show_on_all_sides() -> None:
    cell = unit_cell(CDLI)
    assert sorted(cell.get_chemical_symbols()) == ["Cd"] * 8 + ["Li"]
    # A primitive cell is shown as its conventional one: 8 corners and 6 faces.
    assert len(unit_cell(COPPER.get_primitive_structure())) == 14


def test_pictures_of_the_candidates(results, tmp_path: Path) -> None:
    candidates, decks = results
    figure = crystals_figure(read_pictures(candidates, decks))
    found = texts(figure, tmp_path / "crystals.svg")
    assert any("CdLi" in text or "LiCd" in text for text in found)
    for expected in ("+0.012 eV/atom", "-0.002 eV/atom", "ccdcgan", "Co-Hf: no candidate", "Li"):
        assert expected in found
    drawn = [len(axes.patches) for axes in figure.axes[:2]]
    assert drawn[0] > 9
    assert drawn[1] > 14


def test_a_gallery_shows_so_many_drawn_by_lot(tmp_path: Path) -> None:
    novel = Crystals.of_structures({f"dcgan-{n:06d}": CDLI for n in range(9)})

    def shown(count: int, seed: int) -> list[str]:
        found = texts(gallery_figure(novel, count, seed), tmp_path / "gallery.svg")
        return [text for text in found if text.startswith("dcgan")]

    assert len(shown(4, 1)) == 4 and shown(4, 1) == sorted(shown(4, 1))
    assert shown(4, 1) == shown(4, 1) != shown(4, 2)
    assert shown(12, 1) == list(novel)
    none = gallery_figure(novel.take([]), 4, 1)
    assert "no novel crystal" in texts(none, tmp_path / "none.svg")
