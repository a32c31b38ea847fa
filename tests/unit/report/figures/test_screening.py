"""Figures of screened and relaxed crystals."""

from ase.calculators.emt import EMT

from builders.relaxations import rattled, relaxed
from builders.screening import CRYSTALS, known_data, manifest_of
from ccdcgan.report.figures.screening import energies_figure, funnel_figure
from ccdcgan.stability.screen import screen


def test_energies_are_drawn_for_a_variant_without_crystals(emt_energies) -> None:
    rows = relaxed({"a": rattled()}, EMT(), emt_energies, max_steps=1)
    empty = relaxed({}, EMT(), emt_energies)
    figure = energies_figure({"dcgan": empty, "ccdcgan": rows})
    assert [axes.get_title() for axes in figure.axes][:2] == ["dcgan", "ccdcgan"]
    assert sum(patch.get_height() for patch in figure.axes[1].patches) == 2  # before and after


def test_the_funnel_says_counts_and_shares() -> None:
    figure = funnel_figure({"ccdcgan": screen(manifest_of(CRYSTALS, invalid=3), known_data())})
    (axes,) = figure.axes
    labels = [text.get_text() for text in axes.texts]
    assert labels == ["8\n100%", "5\n62%", "3\n38%", "1\n12%"]
