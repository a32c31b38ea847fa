"""Colours of a periodic table."""

from matplotlib.figure import Figure

from ccdcgan.report.figures.periodic_table import draw_periodic_table


def test_a_number_decides_the_colour_of_its_element() -> None:
    axes = Figure().subplots()
    draw_periodic_table(axes, {"H": 1.0, "He": 100.0, "Li": 100.0, "Be": 0.0}, label="x")
    faces = [patch.get_facecolor() for patch in axes.patches]
    hydrogen, helium, lithium, beryllium, boron = faces[:5]
    assert helium == lithium != hydrogen
    assert beryllium == boron
