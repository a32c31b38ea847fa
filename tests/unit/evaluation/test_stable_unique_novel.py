"""Shares of all graphs that became stable, unique and novel crystals."""

import pandas as pd
import pytest
from pymatgen.core import Lattice, Structure

from builders.relaxed_rows import ABOVE, CDLI, LAYERED, ROWS, relaxed_rows, table
from ccdcgan.crystals.structure_types import structure_type
from ccdcgan.crystals.table import Crystals
from ccdcgan.crystals.templates import STRUCTURE_TYPE
from ccdcgan.evaluation.measures import undefined
from ccdcgan.evaluation.stable_unique_novel import (
    above_known_hulls,
    near_known_hulls,
    new_structure_types,
    stable_graphs,
)
from ccdcgan.stability.known_phases import KnownPhases

SETTLED = ROWS.take(["dcgan-1", "dcgan-4"])
"""Those that converged and became no known phase."""


def test_stable_unique_novel_crystals_are_a_share_of_all_graphs() -> None:
    found = stable_graphs(SETTLED, ABOVE, 4, novel=8, graphs=100, fair=True)
    # Of four drawn one is stable and two are near the hull; eight of 100 graphs were novel.
    assert found["sun"].value == pytest.approx(0.08 * 1 / 4) and found["sun"].n == 100
    assert found["msun"].value == pytest.approx(0.08 * 2 / 4)
    low, high = found["sun"].interval
    assert 0 < low < found["sun"].value < high < 0.08
    # Wilson's interval of 1 in 4, of the 8 novel graphs in 100.
    assert (low, high) == (
        pytest.approx(0.08 * 0.0456, abs=1e-4),
        pytest.approx(0.08 * 0.6994, abs=1e-4),
    )


def test_structure_types_that_no_structure_has() -> None:
    rows = relaxed_rows(
        ("dcgan-1", "relaxed", -0.1, ""),
        ("dcgan-4", "relaxed", -0.1, ""),
        dcgan_1=CDLI,
        dcgan_4=LAYERED,
    )
    above = pd.Series({"dcgan-1": 0.0, "dcgan-4": 0.05})
    b2 = Structure(Lattice.cubic(3.2), ["Na", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]])
    found = new_structure_types(rows, above, table({"b2": b2}, "train"))["new_types"]
    assert (found.value, found.n) == (0.5, 2)  # B2 is known of other elements, the layers are not
    assert new_structure_types(rows, above, table({"n": LAYERED}, "test"))["new_types"].value == 0.5
    layers = table({"n": LAYERED}, "train").assign(**{STRUCTURE_TYPE: [structure_type(LAYERED)]})
    known = new_structure_types(rows, above, table({"b2": b2}, "train"), layers)["new_types"]
    assert (known.value, known.n) == (0.0, 2)
    far = new_structure_types(rows, above + 0.2, table({"b2": b2}, "train"))["new_types"]
    assert far.value is None and "near its hull" in str(far.reason)
    assert new_structure_types(rows, "no hull", table({}, "train"))["new_types"] == undefined(
        "no hull"
    )


def test_of_the_best_crystals_the_share_is_a_lower_bound() -> None:
    found = stable_graphs(SETTLED, ABOVE, 4, novel=8, graphs=100, fair=False)
    assert found["msun"].value == pytest.approx(2 / 100)
    assert found["msun"].interval is None and "at least" in found["msun"].reason


def test_energies_above_the_known_hull() -> None:
    elements = {s: Structure(Lattice.cubic(3.4), [s], [[0, 0, 0]]) for s in ("Cd", "Li")}
    phases = Crystals.join([table({"b2": CDLI}, "train", -0.3), table(elements, "train")])
    rows = relaxed_rows(("dcgan-4", "relaxed", -0.1, ""), dcgan_4=LAYERED)
    known = KnownPhases(phases, "chgnet", "chgnet")
    for systems in (["Cd-Li"], None):
        above = above_known_hulls(rows, known, systems)
        assert not isinstance(above, str)
        assert above.to_dict() == {"dcgan-4": pytest.approx(0.2)}
    other = KnownPhases(phases, "GGA", "chgnet")
    assert "other energies: GGA" in above_known_hulls(rows, other, ["Cd-Li"])
    assert above_known_hulls(rows.take([]), known, None) == "no crystal was relaxed"


def test_without_energies_or_crystals_the_shares_say_why() -> None:
    assert set(near_known_hulls(SETTLED, "no hull").values()) == {undefined("no hull")}
    shares = near_known_hulls(SETTLED, ABOVE)
    assert (shares["on_hull"].value, shares["near_hull"].value) == (0.5, 1)
    none = ROWS.take([])
    told = {"novel": 3, "graphs": 9, "fair": True}
    assert stable_graphs(none, "no hull", 0, **told)["sun"] == undefined("no hull")
    assert stable_graphs(none, ABOVE, 0, **told)["sun"] == undefined("no crystal was relaxed")
    assert stable_graphs(none, ABOVE, 0, **told | {"graphs": 0})["msun"] == undefined("no graph")
    empty = stable_graphs(none, ABOVE, 0, **told | {"novel": 0})
    assert (empty["sun"].value, empty["sun"].n) == (0, 9)
