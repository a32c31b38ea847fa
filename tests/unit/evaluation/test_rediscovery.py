"""Which known phases were generated again."""

import pandas as pd

from builders.screening import CRYSTALS, L12, known_data, manifest_of
from ccdcgan.crystals.table import from_structure
from ccdcgan.evaluation.rediscovery import rediscovered
from ccdcgan.stability.screen import screen


def test_known_phases_found_again_are_counted_with_their_duplicates() -> None:
    rows = screen(manifest_of(CRYSTALS), known_data())
    none = rows.assign(matches="")
    table = rediscovered(known_data(), {"dcgan": none, "ccdcgan": rows}, ["Cd-Li"])
    found = table.set_index(["id", "variant"]).loc["b2"]
    assert found.loc["ccdcgan", "graphs"] == 2
    assert found.loc["ccdcgan", "first_graph"] == 3
    assert found.loc["ccdcgan", "split"] == "test"
    assert found.loc["ccdcgan", "space_group"] == 221
    assert found.loc["dcgan", "graphs"] == 0
    assert pd.isna(found.loc["dcgan", "first_graph"])
    assert "rock" not in set(table["id"])  # hypothetical


def test_phases_far_above_the_hull_are_not_looked_for() -> None:
    unstable = {"id": "l12", **from_structure(L12), "formation_energy_per_atom": 0.0}
    stable = unstable | {"formation_energy_per_atom": -0.14}  # the hull is at -0.15
    for row, listed in ((unstable, False), (stable, True)):
        table = rediscovered(
            known_data(row), {"dcgan": manifest_of({}).assign(matches="")}, ["Cd-Li"]
        )
        assert ("l12" in set(table["id"])) == listed


def test_a_match_with_its_equal_in_the_table_of_known_phases_counts() -> None:
    rows = screen(manifest_of(CRYSTALS), known_data())
    other = rows.assign(matches=rows["matches"].replace("b2", "mp-1"))
    phases = known_data()
    phases = phases.assign(known_as=(phases["id"] == "b2").map({True: "mp-1", False: ""}))
    table = rediscovered(phases, {"ccdcgan": other}, ["Cd-Li"]).set_index("id")
    assert table.loc["b2", "graphs"] == 2
