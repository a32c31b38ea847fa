"""Shares of structures that came back, by kind."""

from pathlib import Path

from builders.figures import texts
from ccdcgan.report.figures.reconstruction import reconstruction_figure


def entry(structures: int, reproduced: float) -> dict[str, float]:
    return {"structures": structures, "reproduced": reproduced}


SUMMARY = {
    "n": 1234,
    "reproduction_blind": 0.87,
    "by": {
        "num_sites": {"1-4": entry(1000, 0.9), "5-8": entry(234, 0.5)},
        "num_elements": {"2": entry(1234, 0.87)},
        "crystal_system": {"cubic": entry(1111, 1.0), "triclinic": entry(123, 0.0)},
    },
}


def test_bars_are_shares_with_the_number_of_each_kind(tmp_path: Path) -> None:
    figure = reconstruction_figure(SUMMARY)
    found = texts(figure, tmp_path / "reconstruction.svg")
    for expected in ("1,234 structures, 87.0% brought back", "atoms in the cell", "triclinic"):
        assert expected in found
    assert {"1000", "234", "1111", "123"} <= set(found)
    heights = [[bar.get_height() for bar in axes.patches] for axes in figure.axes]
    assert heights == [[90, 50], [87], [100, 0]]
    assert {tuple(axes.lines[0].get_ydata()) for axes in figure.axes} == {(87.0, 87.0)}
