"""The source `prototypes`: bad rows with their reasons, duplicates and energies."""

import pandas as pd
import pytest
from pymatgen.core import DummySpecies, Lattice, Structure

from ccdcgan.core.errors import InputError
from ccdcgan.crystals.table import read_structures, write_structures
from ccdcgan.data.filters import as_row
from ccdcgan.data.formation_energies import add_formation_energies, element_references
from ccdcgan.data.prototype_phases import merge_phases, merge_prototypes

FILTERS = {"max_sites": 4, "max_length": 7.0, "min_distance": 0.5, "elements": [], "exclude": []}
PAIR = [[0, 0, 0], [0.5, 0.5, 0.5]]


def cdli(edge=3.3):
    return Structure(Lattice.cubic(edge), ["Cd", "Li"], PAIR)


def row(id_, structure, energy, steps=0):
    made = as_row(id_, structure, "test", FILTERS)
    return made | {"energy_per_atom": energy, "steps": steps}


def element_tables():
    return [
        pd.DataFrame(
            [
                row(f"{symbol}-fcc", Structure(Lattice.cubic(3.0), [symbol], [[0, 0, 0]]), energy),
                row(f"{symbol}-high", Structure(Lattice.cubic(3.5), [symbol] * 2, PAIR), -0.5),
            ]
        )
        for symbol, energy in (("Cd", -0.9), ("Li", -1.9))
    ]


def none_dropped():
    return pd.DataFrame([row("none", cdli(), 0.0)]).iloc[:0]


def outcome(table):
    return list(table[["id", "dropped"]].itertuples(index=False, name=None))


@pytest.mark.parametrize(
    ("structure", "reason"),
    [
        (Structure(Lattice.cubic(3), [{"Cd": 0.5, "Li": 0.5}], [[0, 0, 0]]), "partial occupancy"),
        (Structure(Lattice.cubic(3), [{"Cd": 0.5}], [[0, 0, 0]]), "partial occupancy"),
        (Structure(Lattice.cubic(3), [DummySpecies("Xx")], [[0, 0, 0]]), "unknown species: Xx"),
        (Structure(Lattice.cubic(3), ["Fm"], [[0, 0, 0]]), "unknown species: Fm"),
        (cdli() * [1, 1, 3], "too many atoms: 6 of at most 4"),
        (cdli(7.5), "cell too long: 7.50 Å of at most 7 Å"),
        (cdli(0.5), "atoms too close: 0.43 Å"),
        (Structure(Lattice.cubic(0.4), ["Cd"], [[0, 0, 0]]), "atoms too close: 0.40 Å"),
        (cdli(), ""),
    ],
)
def test_fault_of_a_structure(structure, reason):
    dropped = as_row("x", structure, "test", FILTERS)["dropped"]
    assert dropped.startswith(reason)
    assert bool(dropped) == bool(reason)


def test_disordered_structure_is_a_row_without_atoms(tmp_path):
    disordered = Structure(Lattice.cubic(3), [{"Cd": 0.5, "Li": 0.5}], [[0, 0, 0]])
    table = pd.DataFrame([row("good", cdli(), -1.0), row("bad", disordered, -1.0)])
    write_structures(tmp_path / "t.parquet", table, {})
    back = read_structures(tmp_path / "t.parquet").set_index("id")
    assert back.loc["bad", "dropped"].startswith("partial occupancy")
    assert back.loc["bad", "species"] is None
    assert list(back.loc["good", "species"]) == ["Cd", "Li"]


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


def test_references_are_the_lowest_undropped_phases():
    tables = element_tables()
    tables[0].loc[0, "dropped"] = "duplicate: x"
    found = element_references([*tables, pd.DataFrame([row("c", cdli(), -5.0)])])
    assert found.set_index("element")["id"].to_dict() == {"Cd": "Cd-high", "Li": "Li-fcc"}


def test_element_without_a_phase_is_an_error():
    table = pd.DataFrame([row("c", cdli(), -1.6)])
    with pytest.raises(InputError, match="c: no formation energy, since no phase of Li"):
        add_formation_energies(table, element_references(element_tables()[:1]), 1.0)


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
    assert kept.loc["c1", "kind"] == "phase" and kept.loc["c1-s", "kind"] == "hypothetical"
    assert kept.loc["c1", "parent"] == kept.loc["c1-s", "parent"] == "c1"
    assert kept.loc["Cd-fcc", "formation_energy_per_atom"] == 0
    assert kept.loc["c1-s", "formation_energy_per_atom"] == pytest.approx(-0.2)
    assert set(kept["energy_scheme"]) == {"7net-0"}


def test_no_limit_of_the_energy_keeps_all():
    table = pd.DataFrame([row("high", cdli(), 9.0)])
    add_formation_energies(table, element_references(element_tables()), None)
    assert table.loc[0, "dropped"] == ""
