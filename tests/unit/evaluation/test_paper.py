"""What the paper says stands under the names of what is measured here, and adds up."""

import pandas as pd
import pytest
from pymatgen.core import Composition
from pymatgen.symmetry.groups import SpaceGroup

from ccdcgan.evaluation.paper import (
    PHASES,
    PUBLISHED,
    TABLE_1,
    published_rows,
    published_total,
)
from ccdcgan.evaluation.set_metrics import MEANINGS
from ccdcgan.report.table1 import HEADINGS


def test_the_published_numbers_are_of_measures_that_there_are() -> None:
    assert set(PUBLISHED) <= set(MEANINGS)
    shares = [PUBLISHED[name] for name in ("yield", "distinct", "negative")]
    assert all(0 < share < 1 for share in shares)
    assert set(TABLE_1) <= set(HEADINGS)


def test_table_1_adds_up_to_what_is_said_of_it() -> None:
    total = published_total()
    assert total["new"] == 493 and len(TABLE_1) == TABLE_1["system"].nunique() == 15
    assert total["mean_delta_formation_energy"] == pytest.approx(0.171, abs=5e-4)
    assert TABLE_1["mean_delta_formation_energy"].mean() == pytest.approx(0.127, abs=5e-4)
    assert (TABLE_1["small_delta"] <= TABLE_1["new"]).all()


def test_systems_are_found_in_any_order_of_their_elements() -> None:
    found = published_rows(["Hf-Co", "Cd-Li", "Na-Cl"])
    assert list(found) == ["Cd-Li", "Co-Hf"] and found["Co-Hf"]["new"] == 51


def test_the_new_phases_are_formulas_of_their_systems_in_space_groups() -> None:
    for row in PHASES.to_dict("records"):
        assert Composition(row["formula"]).chemical_system == row["system"]
        assert 1 <= SpaceGroup(row["space_group"]).int_number <= 230
    assert set(PHASES["system"]) <= set(TABLE_1["system"])
    known = PHASES["formation_energy"].dropna()
    assert (known < 0).all() and pd.isna(PHASES["formation_energy"]).sum() == 2
