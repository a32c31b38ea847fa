"""Structures of the sources: filters, cells, exact duplicates, shards."""

import numpy as np
import pandas as pd
import pytest
from pymatgen.core import Lattice, Structure

from builders.sources import PAIR, SODIUM_CHLORIDE, b2, source_table, standard
from ccdcgan.core.errors import InputError
from ccdcgan.data.standardise import shard_of_sources


def outcome(table):
    return dict(table[["id", "dropped"]].itertuples(index=False, name=None))


def test_filters_name_their_reasons():
    table = source_table(
        ("good", b2(), -0.3),
        ("unknown", b2(3.4), float("nan")),
        ("high", b2(3.5), 2.0),
        ("low", b2(3.6), -5.0),
        ("long", b2(7.5), 0.0),
        ("close", b2(0.5), 0.0),
        (
            "many",
            Structure(
                Lattice.cubic(6), ["Cd"] * 3 + ["Li"] * 2, np.random.default_rng(0).random((5, 3))
            ),
            0.0,
        ),
        ("excluded", b2(elements=("Cd", "U")), 0.0),
        ("partial", Structure(Lattice.cubic(3), [{"Cd": 0.5, "Li": 0.5}], [[0, 0, 0]]), 0.0),
    )
    assert outcome(standard(table)) == {
        "good": "",
        "unknown": "missing property: formation_energy_per_atom",
        "high": "energy too high: 2.00 of at most 1 eV/atom",
        "low": "energy too low: -5.00 of at least -4 eV/atom",
        "long": "cell too long: 7.50 Å of at most 7 Å",
        "close": "atoms too close: 0.43 Å of at least 0.5 Å",
        "many": "too many atoms: 5 of at most 4",
        "excluded": "element not wanted: U",
        "partial": "partial occupancy: a site is shared or partly empty",
    }


def test_elements_allowed_and_above_hull():
    table = source_table(("a", b2(), 0.0), ("b", b2(elements=("Cs", "Cl")), 0.0))
    assert outcome(standard(table, elements=["Cs", "Cl"])) == {
        "a": "element not wanted: Cd, Li",
        "b": "",
    }
    table["energy_above_hull"] = [0.05, float("nan")]
    assert outcome(standard(table, max_above_hull=0.02)) == {
        "a": "too far above the hull: 0.05 of at most 0.02 eV/atom",
        "b": "energy above hull unknown",
    }


def test_exact_duplicates_go_and_polymorphs_stay():
    moved = b2() * [2, 1, 1]
    moved.translate_sites(range(4), [0.3, 0.1, 0.2])
    table = source_table(
        ("first", b2(), 0.0),
        ("again", moved, 0.0),
        ("larger", b2(3.4), 0.0),
        ("other", Structure(Lattice.tetragonal(3.1, 3.72), ["Cd", "Li"], PAIR), 0.0),
    )
    assert outcome(standard(table)) == {
        "first": "",
        "again": "duplicate: first",
        "larger": "",
        "other": "",
    }


def test_variants_are_neither_compared_nor_turned():
    variants = source_table(("v0", b2(), 0.0), ("v1", b2(), 0.0), kind="copy")
    done = standard(variants, cell="primitive")
    assert set(done["dropped"]) == {""}
    assert done["lattice"].map(list).tolist() == variants["lattice"].map(list).tolist()


def test_shards_take_each_row_once_and_formulas_whole():
    first = source_table(("a", b2(), 0.0), ("b", b2(3.4), 0.0), ("c", SODIUM_CHLORIDE, 0.0))
    second = source_table(("a", b2(3.9), 0.0), ("d", b2(elements=("Cs", "Cl")), 0.0), name="later")
    parts = [shard_of_sources([first, second], shard, 2) for shard in range(2)]
    whole = pd.concat(parts)
    assert sorted(zip(whole["id"], whole["source"], strict=True)) == [
        ("a", "later"),
        ("a", "local"),
        ("b", "local"),
        ("c", "local"),
        ("d", "later"),
    ]
    assert all(not set(parts[0]["formula"]) & set(part["formula"]) for part in parts[1:])
    again = whole[(whole["id"] == "a") & (whole["source"] == "later")]
    assert again["dropped"].tolist() == ["repeated id: an earlier row has it"]


def test_sources_without_a_usable_structure_are_an_error():
    disordered = Structure(Lattice.cubic(3), [{"Cd": 0.5, "Li": 0.5}], [[0, 0, 0]])
    with pytest.raises(InputError, match=r"no structure of the sources can be used: .*partial"):
        shard_of_sources([source_table(("a", disordered, 0.0))], 0, 1)


def test_a_structure_of_too_many_atoms_is_dropped_before_its_cell_is_sought(monkeypatch) -> None:
    sought = []
    monkeypatch.setattr(
        "ccdcgan.data.standardise.standard_cell",
        lambda structure, cell: sought.append(len(structure)) or (structure, 1),
    )
    table = source_table(("large", b2() * (7, 7, 7), -0.3), ("good", b2(), -0.3))
    reason = "too large: 686 atoms, beyond data.limits.atoms (500)"
    assert outcome(standard(table)) == {"large": reason, "good": ""}
    assert sought == [2]
