"""Figures of convex hulls name what lies on them."""

from dataclasses import replace

import pytest

from builders.hulls import KNOWN, TERNARY, hulls, svg_text, ternary
from ccdcgan.report.figures.hulls import growth_figure, hull_figure, pictured
from ccdcgan.report.figures.style import save


def test_figures_name_what_lies_on_the_hull(tmp_path) -> None:
    path = tmp_path / "hull.svg"
    save(hull_figure(hulls(KNOWN), ["dcgan", "ccdcgan"]), path)
    for word in ("HfCo₃", "HfCo", "known hull", "redefined hull", "known, generated again"):
        assert word in svg_text(path)
    save(hull_figure(ternary("Al-Cr-Mn", TERNARY), ["dcgan"]), path)
    for word in ("Al₂CrMn", "MnAl", "Cr"):
        assert word in svg_text(path).replace("MnAl₂Cr", "Al₂CrMn")
    save(hull_figure(ternary("Al-Cr-Mn-Ni", TERNARY | {"Ni": 0.0}), ["dcgan"]), path)
    assert "energy above the known hull" in svg_text(path)


def test_the_best_new_compounds_stand_beside_the_hull(tmp_path) -> None:
    result = hulls(KNOWN)
    heading, pictures = pictured(result)
    # Not the one that relaxed into a known phase, and nothing that is not stable.
    assert heading == "stable"
    assert [(one.formula, one.variant) for one in pictures] == [("HfCo3", "dcgan")]
    assert pictures[0].e_above_known_hull == pytest.approx(-0.05)
    save(hull_figure(result, ["dcgan", "ccdcgan"]), tmp_path / "hull.svg")
    assert "-0.050 eV/atom" in svg_text(tmp_path / "hull.svg")
    low = hulls(KNOWN | {"Co3Hf": -0.4})
    assert pictured(low)[0] == "none stable; nearest:"
    assert [one.formula for one in pictured(low)[1]] == ["HfCo3", "Hf3Co"]


def test_a_ternary_system_has_the_known_hull_beside_the_redefined(tmp_path) -> None:
    figure = hull_figure(ternary("Al-Cr-Mn", TERNARY), ["dcgan"])
    *_, left, right = figure.axes  # beside the pictures
    assert {line.get_linestyle() for line in left.lines[1:]} == {"--"}
    assert {line.get_linestyle() for line in right.lines[1:]} == {"-"}
    assert len(right.lines) > len(left.lines)  # Al2CrMn divides its triangle
    found = [{text.get_text() for text in axes.texts} for axes in (left, right)]
    assert "MnAl₂Cr" in found[1] - found[0]


def test_the_longest_legend_fits_into_the_figure() -> None:
    result = hulls(KNOWN)
    table = result.table.copy()
    table.loc[table.index[table["source"] == "known"][-1], "source"] = "prototype"
    figure = hull_figure(replace(result, table=table), ["dcgan", "ccdcgan"])
    figure.canvas.draw()
    (part, *_) = [part for part in (figure, *figure.subfigs) if part.legends]
    legend = part.legends[0]
    assert len(legend.get_texts()) == 7
    box, whole = legend.get_window_extent(), figure.bbox
    assert whole.x0 <= box.x0 and box.x1 <= whole.x1


def test_few_graphs_stand_beside_many_on_one_axis() -> None:
    few, everything = hulls(KNOWN, graphs=1), hulls(KNOWN)
    figure = growth_figure({1: few, 10: everything}, ["dcgan", "ccdcgan"])
    left, right = figure.axes
    assert left.get_ylim() == right.get_ylim()
    assert "2 crystals relaxed" in left.get_title() and "3 crystals" in right.get_title()


def test_without_a_hull_the_figures_say_why(tmp_path) -> None:
    missing = hulls({"Co": 0.0})
    figures = [hull_figure(missing, ["dcgan"]), growth_figure({1: missing, 10: missing}, ["dcgan"])]
    for figure in figures:
        save(figure, tmp_path / "hull.svg")
        assert "no known phase of Hf alone" in svg_text(tmp_path / "hull.svg")
