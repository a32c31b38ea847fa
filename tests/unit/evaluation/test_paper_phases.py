"""The paper's new phases among crystals made by hand."""

from pathlib import Path

import pandas as pd
import pytest
from pymatgen.core import Lattice, Structure

from builders.hulls import KNOWN, SCREENED, hulls
from ccdcgan.core.tables import write_table
from ccdcgan.crystals.table import Crystals
from ccdcgan.evaluation.paper_phases import paper_phases, read_paper_phases

B2 = Structure(Lattice.cubic(3.2), ["Co", "Hf"], [[0, 0, 0], [0.5, 0.5, 0.5]])
# Two crystals of Co2Hf5, of which the paper found one in P-1 (2).
INVERTED = [[0.1, 0.2, 0.3], [0.9, 0.8, 0.7], [0, 0, 0], [0.35, 0.4, 0.15], [0.65, 0.6, 0.85]]
TRICLINIC = Structure(
    Lattice.from_parameters(5, 6, 7, 75, 82, 95),
    ["Co", "Co", "Hf", "Hf", "Hf", "Hf", "Hf"],
    [*INVERTED, [0.2, 0.7, 0.45], [0.8, 0.3, 0.55]],
)


def hull_rows(*crystals: tuple[str, str, int, float]) -> pd.DataFrame:
    """Rows of a hull: id, source, space group, energy above the known hull; all of Co2Hf5."""
    table = pd.DataFrame(crystals, columns=["id", "source", "space_group", "e_above_known_hull"])
    table["formula"] = TRICLINIC.composition.reduced_formula
    return table.assign(formation_energy=-0.2, on_redefined_hull=False, found_by="")


def test_the_lowest_of_the_space_group_is_named_beside_the_lowest_of_all() -> None:
    novel = Crystals.of_structures({"dcgan-000000": TRICLINIC, "dcgan-000001": B2})
    hull = hull_rows(
        ("dcgan-000000", "dcgan", 2, 0.03),
        ("dcgan-000004", "dcgan", 12, 0.01),
        ("dcgan-000005", "dcgan", 2, 0.05),
    )
    row = paper_phases({"Co-Hf": hull}, {"dcgan": novel}).iloc[0]
    assert (row["formula"], row["paper_space_group"]) == ("Hf5Co2", 2)
    assert (row["novel"], row["same_space_group"], row["relaxed"]) == (1, 1, 3)
    assert (row["id"], row["e_above_known_hull"]) == ("dcgan-000000", 0.03)
    assert row["lowest_e_above_known_hull"] == 0.01
    assert row["known_as"] == "" and not row["found_known"]


def test_a_phase_that_is_known_by_now_is_named_with_who_made_it() -> None:
    hull = hull_rows(("mp-1", "known", 2, 0.0), ("mp-2", "known", 12, -0.1))
    hull.loc[0, "found_by"] = "ccdcgan"
    novel = {name: Crystals.of_structures({"x": B2}) for name in ("dcgan", "ccdcgan")}
    table = paper_phases({"Hf-Co": hull}, novel).set_index("variant")
    assert list(table["known_as"]) == ["mp-1", "mp-1"]
    assert list(table["found_known"]) == [False, True]
    assert table["id"].isna().all() and (table["novel"] == 0).all()


def test_systems_without_a_new_phase_of_the_paper_have_no_row() -> None:
    table = hulls(KNOWN).table
    novel = {variant: Crystals.of_structures({"x": B2}) for variant in SCREENED}
    assert len(paper_phases({"Na-Cl": table}, novel)) == 0
    found = paper_phases({"Co-Hf": table}, novel)
    assert list(found["variant"]) == list(novel)
    assert found["relaxed"].eq(0).all() and pytest.approx(-0.27) == found.iloc[0, 3]


def test_rows_without_a_crystal_are_read_back(tmp_path: Path) -> None:
    """None of two variants made one: both rows have no id."""
    hulls = {"Cd-Li": hull_rows()}
    rows = paper_phases(hulls, {"a": Crystals.of_structures({}), "b": Crystals.of_structures({})})
    write_table(tmp_path / "phases.csv", rows)
    found = read_paper_phases(tmp_path / "phases.csv")
    assert len(found) == 4 and (found["id"] == "").all() and (found["novel"] == 0).all()
