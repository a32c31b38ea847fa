"""The merged table: its split leaks nothing, its summary accounts for every row."""

import json

import pytest
from pymatgen.analysis.structure_matcher import StructureMatcher

from builders.settings import SECTIONS, changed
from builders.sources import SPLIT, b2, source_table, standard
from ccdcgan.crystals.table import Crystals, write_structures
from ccdcgan.data.training_set import COLUMNS, merge_structures, summarise


def merged(by="structure"):
    rows = [
        (f"p{n}", b2(3.0 + n / 50, elements), 0.01 * n)
        for n in range(12)
        for elements in [("Cd", "Li") if n % 2 else ("Cs", "Cl") if n % 3 else ("K", "F")]
    ]
    phases = standard(source_table(*rows, ("long", b2(9.0), 0.0)))
    variants = source_table(
        ("v1", b2(3.01), 0.2), ("v2", b2(3.02), 0.3), name="extra", kind="hypothetical"
    )
    variants["parent"] = ["p1", "p3"]
    split = changed(SECTIONS.data.split, by=by, **SPLIT)
    return merge_structures(
        [standard(variants), phases], sources=["local", "extra"], split=split, seed=1
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
    back = Crystals.read(tmp_path / "s.parquet")
    assert len(back) == 14
    assert StructureMatcher().fit(back.structure(next(iter(back))), b2(3.0, ("K", "F")))
