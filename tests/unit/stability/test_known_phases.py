"""Known phases as they are read: of the data and of the table, for hulls and for novelty."""

from pathlib import Path

import pandas as pd
from pymatgen.core import Structure

from builders.phases import B2, COPPER, DATA, L12, row
from ccdcgan.core.tables import write_table
from ccdcgan.crystals.compact import pack, write_compact
from ccdcgan.crystals.table import Crystals
from ccdcgan.stability.hull import build_hulls
from ccdcgan.stability.known_phases import compared_phases, known_formulas, read_known_phases
from runs import ROOT


def test_crystals_are_compared_with_the_data_and_the_table(tmp_path) -> None:
    path = tmp_path / "known.parquet"
    rows = [{"id": name, **pack(one)} for name, one in (("cu", COPPER), ("mp-2", L12), ("z", B2))]
    write_compact(path, pd.DataFrame(rows), {})
    formula = L12.composition.reduced_formula
    found = compared_phases(DATA, path, formulas=[formula, "Cu"])
    # Copper stands in both under one id, brass is of another formula.
    assert list(found) == ["aucu3", "cu", "strained", "mp-2"]
    assert found.table.set_index("id")["kind"]["mp-2"] == "phase"
    assert list(compared_phases(DATA, None, formulas=[formula])) == ["aucu3", "strained"]
    within = compared_phases(DATA.phases(), path, systems=["Au-Cu"])
    assert list(within) == ["aucu3", "cu", "mp-2"]


def hull(folder: Path, reference: str, path: Path):
    write_table(folder / "e.csv", pd.DataFrame([{"potential": "emt", "version": "ase 3"}]))
    known = read_known_phases(
        [path, path], potential="emt", reference=reference, elements=folder / "e.csv"
    )
    found = pd.DataFrame(
        [
            {
                "id": "dcgan-000000",
                "formula": "AuCu",
                "chemical_system": "Au-Cu",
                "space_group_after": 221,
                "status": "relaxed",
                "formation_energy_after": -0.3,
                "matches_after": "aucu3",
            }
        ]
    )
    screened = {"dcgan": Crystals(pd.DataFrame({"id": ["dcgan-000000"], "matches": [""]}))}
    return build_hulls("Au-Cu", known, screened, {"dcgan": Crystals(found)}, stable_below=0.0)


def test_energies_of_two_schemes_never_meet_on_a_hull(tmp_path) -> None:
    path = tmp_path / "structures.parquet"
    of_gold = Structure(COPPER.lattice, ["Au"] * 4, COPPER.frac_coords)
    gold = row("au", of_gold, 0.0, provenance="file.parquet; renamed from 'my gold'")
    relaxed = [
        row(name, one, 0.0, energy_scheme="emt")
        for name, one in (("Cu-1", COPPER), ("Au-1", of_gold))
    ]
    elements = Crystals(pd.DataFrame(relaxed))
    mixed = pd.concat([pd.DataFrame([*DATA.rows(), gold]), elements.table])
    Crystals(mixed.drop_duplicates("id")).write(path, {})
    by_source = hull(tmp_path, "source", path)
    assert set(by_source.table["id"]) == {"aucu3", "cu", "au"}
    assert by_source.energies == "PBE (file.parquet)"
    assert by_source.note == "without the generated crystals, whose energies are by emt"
    assert by_source.known is not None
    # What the crystals found again does not depend on energies.
    assert by_source.table.set_index("id")["found_by"]["aucu3"] == "dcgan"

    elements.write(path, {})
    by_potential = hull(tmp_path, "potential", path)
    assert "dcgan-000000" in set(by_potential.table["id"]) and by_potential.note == ""
    assert by_potential.energies == "emt (ase 3)"
    assert set(by_potential.table["source"]) == {"known", "dcgan"}


def test_formulas_of_the_table_are_listed_once() -> None:
    assert known_formulas(None) == set()
    found = known_formulas(ROOT / "pretrained/known-phases.parquet")
    assert {"MnSe", "MnSe2", "HfCo2"} <= found and len(found) > 10_000
