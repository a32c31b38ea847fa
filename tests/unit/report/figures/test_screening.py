"""Figures of relaxed crystals."""

from ase.calculators.emt import EMT

from builders.relaxations import rattled, relaxed
from ccdcgan.report.figures.screening import energies_figure


def test_energies_are_drawn_for_a_variant_without_crystals(emt_energies) -> None:
    rows, _ = relaxed({"a": rattled()}, EMT(), emt_energies, max_steps=1)
    empty, _ = relaxed({}, EMT(), emt_energies)
    figure = energies_figure({"dcgan": empty.astype(float, errors="ignore"), "ccdcgan": rows})
    assert [axes.get_title() for axes in figure.axes][:2] == ["dcgan", "ccdcgan"]
    assert sum(patch.get_height() for patch in figure.axes[1].patches) == 2  # before and after
