"""Crystals in a small file: what is stored comes back, and damage is named."""

import numpy as np
import pandas as pd
import pytest
from pymatgen.analysis.structure_matcher import StructureMatcher
from pymatgen.core import Lattice, Structure

from ccdcgan.core.errors import InputError
from ccdcgan.crystals.compact import STEPS, pack, read_compact, subsystems, unpack, write_compact

WURTZITE = Structure(
    Lattice.hexagonal(3.25, 5.2),
    ["O", "Zn", "Zn", "O"],
    [[1 / 3, 2 / 3, 0.3819], [1 / 3, 2 / 3, 0], [2 / 3, 1 / 3, 0.5], [2 / 3, 1 / 3, 0.8819]],
)
TRICLINIC = Structure(
    Lattice.from_parameters(4.1, 7.3, 19.7, 81.2, 95.5, 104.1),
    ["Co", "Hf", "Hf"],
    [[0.123456, 0.99999, 0.5], [0.7, 0.25, 0.333], [0.1, 0.2, 0.9]],
)


def table(*names: str) -> pd.DataFrame:
    rows = {"wurtzite": WURTZITE, "alloy": TRICLINIC}
    return pd.DataFrame([{"id": name, **pack(rows[name]), "energy": 1.5} for name in names])


@pytest.mark.parametrize("structure", [WURTZITE, TRICLINIC])
def test_a_structure_comes_back_within_half_a_step(structure):
    again = unpack(pack(structure))
    assert again.composition == structure.composition
    assert StructureMatcher(primitive_cell=False).get_rms_dist(structure, again)[0] < 1e-4
    order = np.argsort([site.specie.symbol for site in structure], kind="stable")
    change = again.frac_coords - structure.frac_coords[order]
    assert np.abs(change - np.round(change)).max() <= 0.5 / STEPS + 1e-12
    np.testing.assert_allclose(again.lattice.parameters, structure.lattice.parameters, rtol=1e-6)


def test_special_positions_stay_exact():
    coords = unpack(pack(WURTZITE)).frac_coords
    for value in (1 / 3, 2 / 3, 0.5, 0.0):
        assert (coords == value).any()


def test_rows_are_read_by_chemical_system_and_by_formula(tmp_path):
    path = tmp_path / "t.parquet"
    write_compact(path, table("wurtzite", "alloy"), {})
    assert set(read_compact(path)) == {"wurtzite", "alloy"}
    assert list(read_compact(path, systems=["Co-Hf-Zn"])) == ["alloy"]
    assert list(read_compact(path, formulas=["ZnO", "CoHf"])) == ["wurtzite"]
    nothing = read_compact(path, systems=["Cd-Li"])
    assert len(nothing) == 0 and {"energy", "species", "formula"} <= set(nothing.table)
    assert len(read_compact(path, formulas=[])) == 0
    found = read_compact(path, systems=["Co-Hf"])
    assert found["energy"].tolist() == [1.5]
    assert found["formula"].tolist() == [TRICLINIC.composition.reduced_formula]


def test_subsystems_are_all_parts_of_a_system():
    assert subsystems(["Hf-Co", "Cd"]) == {"Co", "Hf", "Co-Hf", "Cd"}


def test_damage_is_one_line_that_names_the_file_and_the_row(tmp_path):
    path = tmp_path / "t.parquet"
    path.write_bytes(b"PAR1 is no table")
    with pytest.raises(InputError, match=r"t\.parquet: not a readable Parquet file"):
        read_compact(path)
    with pytest.raises(InputError, match=r"missing\.parquet: not a readable"):
        read_compact(tmp_path / "missing.parquet")
    table("alloy").drop(columns="steps").to_parquet(path)
    with pytest.raises(InputError, match=r"columns \['steps'\] are missing"):
        read_compact(path)
    damaged = table("alloy", "wurtzite")
    damaged.at[0, "steps"] = damaged.at[0, "steps"][:-2]
    damaged.to_parquet(path)
    with pytest.raises(InputError, match=r"t\.parquet: alloy has no readable structure"):
        read_compact(path)
    table("alloy", "alloy").to_parquet(path)
    with pytest.raises(InputError, match="'alloy' stands in two rows"):
        read_compact(path)
