"""The training set: cells, filters, exact duplicates, the split and the summary."""

import json
import math
import subprocess
import sys
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pymatgen.analysis.structure_matcher import StructureMatcher
from pymatgen.core import Lattice, Structure

from ccdcgan.core.errors import InputError
from ccdcgan.crystals.cells import standard_cell
from ccdcgan.crystals.table import read_structures, to_structure, write_structures
from ccdcgan.data.sources.records import record_of_structure, to_table
from ccdcgan.data.split import assign_split
from ccdcgan.data.standardise import shard_of_sources, standardise
from ccdcgan.data.training_set import COLUMNS, merge_structures, summarise

SPLIT = {"train": 0.8, "validation": 0.1, "test": 0.1}
FILTERS: dict[str, Any] = {
    "max_sites": 4,
    "max_length": 7.0,
    "min_distance": 0.5,
    "min_energy": -4.0,
    "max_energy": 1.0,
    "max_above_hull": None,
    "elements": [],
    "exclude": ["U"],
}
REQUIRED = {"formation_energy_per_atom": True, "band_gap": False}
PAIR = [[0, 0, 0], [0.5, 0.5, 0.5]]
ROCK_SALT = Structure.from_spacegroup(
    "Fm-3m", Lattice.cubic(5.64), ["Na", "Cl"], [[0] * 3, [0.5] * 3]
)


def b2(edge=3.3, elements=("Cd", "Li")):
    return Structure(Lattice.cubic(edge), elements, PAIR)


def source(*rows, name="local", kind="phase"):
    """A table of records from (id, structure, formation energy)."""
    records = [
        record_of_structure(id_, structure, {"formation_energy_per_atom": energy}, "test")
        for id_, structure, energy in rows
    ]
    properties = ["formation_energy_per_atom"]
    return to_table(records, properties, source=name, energy_scheme=name, kind=kind)


def outcome(table):
    return dict(table[["id", "dropped"]].itertuples(index=False, name=None))


def standard(table, cell="niggli", **filters):
    return standardise(table, cell=cell, required=REQUIRED, filters=FILTERS | filters)


def test_filters_name_their_reasons():
    table = source(
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
    table = source(("a", b2(), 0.0), ("b", b2(elements=("Cs", "Cl")), 0.0))
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
    table = source(
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
    variants = source(("v0", b2(), 0.0), ("v1", b2(), 0.0), kind="copy")
    done = standard(variants, cell="primitive")
    assert set(done["dropped"]) == {""}
    assert done["lattice"].map(list).tolist() == variants["lattice"].map(list).tolist()


def test_cells_of_one_crystal_in_any_setting_are_equal():
    moved = ROCK_SALT * [1, 2, 1]
    moved.translate_sites(range(len(moved)), [0.13, 0.21, 0.37])
    for cell in ("primitive", "niggli"):
        first, number = standard_cell(ROCK_SALT, cell)
        second, same = standard_cell(moved, cell)
        assert number == same == 225
        assert len(first) == len(second) == 2
        assert np.allclose(first.lattice.parameters, second.lattice.parameters, atol=1e-4)
        assert StructureMatcher(scale=False).fit(first, ROCK_SALT)
    given, number = standard_cell(moved, "as_given")
    assert given is moved and number == 225


def test_niggli_cell_has_the_shortest_axes():
    skewed = Structure(Lattice([[4, 0, 0], [11, 3, 0], [9, 7, 5]]), ["Cd"], [[0, 0, 0]])
    cell, _ = standard_cell(skewed, "niggli")
    assert cell.volume == pytest.approx(skewed.volume)
    assert max(cell.lattice.abc) <= max(skewed.lattice.get_niggli_reduced_lattice().abc) + 1e-6


def test_shards_take_each_row_once_and_formulas_whole():
    first = source(("a", b2(), 0.0), ("b", b2(3.4), 0.0), ("c", ROCK_SALT, 0.0))
    second = source(("a", b2(3.9), 0.0), ("d", b2(elements=("Cs", "Cl")), 0.0), name="later")
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
        shard_of_sources([source(("a", disordered, 0.0))], 0, 1)


def merged(by="structure"):
    rows = [
        (f"p{n}", b2(3.0 + n / 50, elements), 0.01 * n)
        for n in range(12)
        for elements in [("Cd", "Li") if n % 2 else ("Cs", "Cl") if n % 3 else ("K", "F")]
    ]
    phases = standard(source(*rows, ("long", b2(9.0), 0.0)))
    variants = source(
        ("v1", b2(3.01), 0.2), ("v2", b2(3.02), 0.3), name="extra", kind="hypothetical"
    )
    variants["parent"] = ["p1", "p3"]
    return merge_structures(
        [standard(variants), phases], sources=["local", "extra"], split=SPLIT | {"by": by}, seed=1
    )


@pytest.mark.parametrize(
    ("by", "column"),
    [("structure", "parent"), ("formula", "formula"), ("system", "chemical_system")],
)
def test_split_leaks_nothing(by, column):
    kept, _ = merged(by)
    assert set(kept["split"]) == {"train", "validation", "test"}
    assert (kept.groupby(column)["split"].nunique() == 1).all()


def test_merged_table_its_rejects_and_its_summary_account_for_every_row(tmp_path):
    kept, rejected = merged()
    assert tuple(kept.columns[: len(COLUMNS)]) == COLUMNS
    assert len(kept) == 14 and rejected["id"].tolist() == ["long"]
    assert kept["source"].tolist() == ["local"] * 12 + ["extra"] * 2
    units = {"formation_energy_per_atom": "eV/atom", "band_gap": "eV"}
    summary = summarise(kept, rejected, units=units, cell="niggli", split_by="structure")
    assert summary["came_in"] == 15 and summary["dropped"] == {"cell too long": 1}
    assert summary["chemical_systems"] == 3 and summary["elements"]["Cd"] == 8
    assert summary["properties"]["formation_energy_per_atom"]["known"] == 14
    assert summary["properties"]["band_gap"] == {"unit": "eV", "known": 0}
    json.dumps(summary, allow_nan=False)
    write_structures(tmp_path / "s.parquet", kept, {"seed": 1}, units=units)
    back = read_structures(tmp_path / "s.parquet")
    assert len(back) == 14
    assert StructureMatcher().fit(to_structure(back.iloc[0]), b2(3.0, ("K", "F")))


def test_split_is_the_same_in_another_process():
    code = (
        "import sys; sys.path.insert(0, 'workflow_scripts'); import pandas as pd;"
        "from ccdcgan.data.split import assign_split;"
        "keys = pd.Series([str(n) for n in range(99)]);"
        f"print(''.join(part[1] for part in assign_split(keys, {SPLIT}, 3)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    here = assign_split(pd.Series([str(n) for n in range(99)]), SPLIT, 3)
    assert done.stdout.strip() == "".join(part[1] for part in here)


def test_split_has_the_fractions_and_ignores_other_structures():
    names = pd.Series([f"p{n}" for n in range(3000)])
    parts = assign_split(names, SPLIT, seed=5)
    shares = parts.value_counts(normalize=True)
    for name, share in SPLIT.items():
        assert math.isclose(shares[name], share, abs_tol=4 * np.sqrt(share * (1 - share) / 3000))
    assert assign_split(names[:1000], SPLIT, seed=5).equals(parts[:1000])
    assert not assign_split(names, SPLIT, seed=6).equals(parts)


def test_split_of_few_leaves_no_part_empty():
    for seed in range(20):
        parts = assign_split(pd.Series(["a", "b", "c"]), SPLIT, seed)
        assert set(parts) == {"train", "validation", "test"}
    with pytest.raises(InputError, match="2 groups of structures cannot be split"):
        assign_split(pd.Series(["a", "b", "a"]), SPLIT, 0)
