"""The table of known phases as a source."""

import pandas as pd
import pytest
from pymatgen.core import Lattice, Structure

from ccdcgan.core.errors import InputError
from ccdcgan.crystals.compact import pack, write_compact
from ccdcgan.data.sources.known_phases import read_known_phases

METALS = {
    "mp-au": Structure(Lattice.cubic(4.1), ["Au"], [[0, 0, 0]]),
    "mp-cu": Structure(Lattice.cubic(3.6), ["Cu"], [[0, 0, 0]]),
    "mp-aucu": Structure(Lattice.cubic(3.1), ["Au", "Cu"], [[0, 0, 0], [0.5, 0.5, 0.5]]),
    "mp-zn": Structure(Lattice.hexagonal(2.6, 4.9), ["Zn"], [[0, 0, 0]]),
}


@pytest.fixture
def path(tmp_path):
    rows = [
        {
            "id": name,
            **pack(one),
            "formation_energy_per_atom": -0.1,
            "held_out": float(name == "mp-aucu"),
        }
        for name, one in METALS.items()
    ]
    write_compact(tmp_path / "known.parquet", pd.DataFrame(rows), {"energy_scheme": "PBE"})
    return tmp_path / "known.parquet"


def test_the_phases_within_the_systems_are_records(path):
    table = read_known_phases(path, ["Au-Cu"], ["formation_energy_per_atom", "band_gap"])
    assert set(table["id"]) == {"mp-au", "mp-cu", "mp-aucu"}
    assert set(table["kind"]) == {"phase"}
    assert set(table["source"]) == {"known_phases"} and set(table["energy_scheme"]) == {"PBE"}
    assert table["formation_energy_per_atom"].tolist() == pytest.approx([-0.1] * 3)
    assert table["band_gap"].isna().all()


def test_an_element_that_the_table_lacks_is_named(path):
    with pytest.raises(InputError, match=r"known\.parquet: no phase of the element Hf"):
        read_known_phases(path, ["Au-Hf"], ["formation_energy_per_atom"])


def test_what_is_held_out_is_never_a_part_of_the_data(path):
    table = read_known_phases(path, ["Au-Cu"], ["formation_energy_per_atom"]).set_index("id")
    assert table.loc["mp-aucu", "dropped"] == "held out: for judging alone"
    assert (table.drop("mp-aucu")["dropped"] == "").all()
