"""The source `prototypes`: bad rows with their reasons, duplicates and energies."""

import pandas as pd
import pytest

from builders.prototypes import cdli, element_tables, row
from ccdcgan.data.prototype_phases import merge_phases, merge_prototypes


def none_dropped():
    return pd.DataFrame([row("none", cdli(), 0.0)]).iloc[:0]


def outcome(table):
    return list(table[["id", "dropped"]].itertuples(index=False, name=None))


def test_bad_rows_of_a_shard_get_their_reasons():
    shard = pd.DataFrame(
        [
            row("good", cdli(), -1.65),
            row("nan", cdli(3.2), float("nan")),
            row("infinite", cdli(3.1), float("-inf")),
            row("good", cdli(3.4), -1.60),
            row("high", cdli(2.9), 0.5),
            row("same", cdli(3.6), -1.55),
        ]
    )
    phases = merge_phases(none_dropped(), [shard], element_tables(), max_energy=1.0)
    reasons = sorted(outcome(phases))
    assert reasons == [
        ("good", ""),
        ("good", "repeated id: an earlier row has it"),
        ("high", "energy too high: 1.90 of at most 1 eV/atom"),
        ("infinite", "energy not finite"),
        ("nan", "energy not finite"),
        ("same", "duplicate: good"),
    ]
    good = phases[phases["dropped"] == ""].iloc[0]
    assert good["formation_energy_per_atom"] == pytest.approx(-1.65 - (-0.9 - 1.9) / 2)


def test_lowest_of_equal_structures_stays_whatever_the_order():
    low, high = row("low", cdli(), -1.7), row("high", cdli(3.4), -1.5)
    for rows in ([low, high], [high, low]):
        phases = merge_phases(none_dropped(), [pd.DataFrame(rows)], element_tables(), 1.0)
        assert dict(outcome(phases)) == {"low": "", "high": "duplicate: low"}


def test_simplest_stays_where_energies_agree():
    rows = [
        row("lowest", cdli() * [1, 1, 2], -1.7009, steps=3),
        row("moved", cdli(3.31), -1.7005, steps=9),
        row("simple", cdli(3.32), -1.7001, steps=2),
        row("far", cdli(3.4), -1.69, steps=0),
    ]
    phases = merge_phases(none_dropped(), [pd.DataFrame(rows)], element_tables(), 1.0)
    assert dict(outcome(phases)) == {
        "simple": "",
        "lowest": "duplicate: simple",
        "moved": "duplicate: simple",
        "far": "duplicate: simple",
    }


def merged():
    compounds = pd.DataFrame([row("c1", cdli(), -1.65), row("c2", cdli(3.4), float("nan"))])
    phases = [*element_tables(), compounds]
    variants = [
        pd.DataFrame(
            [
                row("c1-s", cdli(3.35), -1.60) | {"parent": "c1"},
                row("c1-r", cdli(3.0), 3.0) | {"parent": "c1"},
                row("c1-s", cdli(3.25), -1.61) | {"parent": "c1"},
            ]
        )
    ]
    for table in phases:
        table["formation_energy_per_atom"] = 0.0
    return merge_prototypes(phases, variants, potential="7net-0", max_energy=1.5)


def test_merged_table_accounts_for_every_row():
    table = merged()
    kept = table[table["dropped"] == ""].set_index("id")
    assert set(kept.index) == {"Cd-fcc", "Cd-high", "Li-fcc", "Li-high", "c1", "c1-s"}
    assert sorted(table.loc[table["dropped"] != "", "dropped"].str.split(":").str[0]) == [
        "energy not finite",
        "energy too high",
        "repeated id",
    ]
    assert kept.loc["c1", "kind"] == "phase" and kept.loc["c1-s", "kind"] == "copy"
    assert kept.loc["c1", "parent"] == kept.loc["c1-s", "parent"] == "c1"
    assert kept.loc["Cd-fcc", "formation_energy_per_atom"] == 0
    assert kept.loc["c1-s", "formation_energy_per_atom"] == pytest.approx(-0.2)
    assert set(kept["energy_scheme"]) == {"7net-0"}
