"""What is drawn and named in the panel of one hull."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from builders.hulls import KNOWN, TERNARY, hulls, ternary
from ccdcgan.report.figures.hull_panels import (
    CORNERS,
    draw_binary,
    draw_distribution,
    draw_ternary,
    energy_limits,
    found_again,
)
from ccdcgan.report.figures.style import COLOURS, INK

VARIANTS = ["dcgan", "ccdcgan"]
TRIANGLE = {"system": "Al-Cr-Mn", "known": TERNARY}


def panel() -> Axes:
    return Figure().subplots()


def lines(axes: Axes, style: str) -> list[Any]:
    return [line.get_xydata().tolist() for line in axes.lines if line.get_linestyle() == style]


def test_the_energies_end_as_far_above_zero_as_the_hull_goes_below() -> None:
    result = hulls(KNOWN)
    assert energy_limits(result.table) == pytest.approx((-0.41 - 0.2 * 0.82, 0.41))
    deep = result.table.assign(formation_energy=-2.0)
    assert energy_limits(deep)[1] == 0.6
    assert energy_limits(deep.assign(formation_energy=0.0))[1] == 0.15


def test_a_binary_panel_has_both_hulls_and_names_the_redefined() -> None:
    axes, result = panel(), hulls(KNOWN)
    names = draw_binary(axes, result, ["Co", "Hf"], VARIANTS, energy_limits(result.table))
    assert lines(axes, "--") == [[[0, 0], [0.5, -0.4], [1, 0]]]
    (redefined,) = lines(axes, "-")
    assert np.array(redefined)[:, 0].tolist() == [0, 0.25, 0.5, 1]
    assert [(name.text, name.colour) for name in names] == [
        ("Co", INK),
        ("HfCo₃", COLOURS["dcgan"]),
        ("HfCo", INK),  # generated, too, but known
        ("Hf", INK),
    ]
    assert not axes.texts


def test_crystals_above_the_axis_are_counted() -> None:
    axes = panel()
    draw_binary(axes, hulls(KNOWN), ["Co", "Hf"], VARIANTS, (-0.5, 0.05))
    assert [text.get_text() for text in axes.texts] == ["generated crystals above this axis: 1"]


def test_a_triangle_draws_the_edges_of_the_hull_that_is_asked_for() -> None:
    result = ternary(**TRIANGLE)
    known, redefined = panel(), panel()
    first = draw_ternary(known, result, ["Al", "Cr", "Mn"], (), redefined=False)
    second = draw_ternary(redefined, result, ["Al", "Cr", "Mn"], ["dcgan"], redefined=True)
    assert {name.text for name in first} == {"MnAl", "AlCr"}
    assert {name.text for name in second} - {name.text for name in first} == {"MnAl₂Cr"}
    place = np.array([0.5, 0.25, 0.25]) @ CORNERS
    ends = np.array([end for edge in lines(redefined, "-")[1:] for end in edge])
    assert np.isclose(ends, place).all(axis=1).any()
    assert not np.isclose([end for edge in lines(known, "--") for end in edge], place).all(1).any()


def test_a_distribution_counts_the_crystals_of_each_variant() -> None:
    axes = panel()
    result = ternary("Al-Cr-Mn-Ni", TERNARY | {"Ni": 0.0})
    draw_distribution(axes, result, ["dcgan"])
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["dcgan (2)"]
    draw_distribution(panel(), replace(result, table=result.table.head(0)), ["dcgan"])


def test_known_phases_that_came_again_are_found() -> None:
    assert set(found_again(hulls(KNOWN).table)["id"]) == {"known-Co3Hf", "known-CoHf"}
