"""Convex hulls against numbers worked out by hand."""

import numpy as np
import pytest

from builders.hulls import KNOWN, TERNARY, hulls, known_data, ternary
from ccdcgan.core.errors import InputError
from ccdcgan.core.tables import write_table
from ccdcgan.stability.hull import growth, known_hull, read_hull


def test_energies_above_the_known_hull() -> None:
    above = known_hull(known_data(KNOWN), "Co-Hf").table.set_index("id")["e_above_known_hull"]
    assert above["known-Co3Hf"] == pytest.approx(0.1)
    assert above["known-CoHf"] == pytest.approx(0)
    assert "variant" not in above


def test_both_hulls_by_hand() -> None:
    table = hulls(KNOWN).table.set_index("id")
    # Without the failed one and the one of another system.
    assert list(table.index[4:]) == ["dcgan-000000", "dcgan-000001", "ccdcgan-000000"]
    assert list(table["source"]) == ["known"] * 4 + ["dcgan"] * 2 + ["ccdcgan"]
    # Known hull at Co3Hf: halfway between Co (0) and CoHf (-0.4); at CoHf3 likewise.
    np.testing.assert_allclose(
        table["e_above_known_hull"], [0, 0, 0, 0.1, -0.05, 0.3, -0.01], atol=1e-9
    )
    # Redefined by Co3Hf at -0.25 and CoHf at -0.41; at CoHf3 the hull is then at -0.205.
    np.testing.assert_allclose(
        table["e_above_redefined_hull"], [0, 0, 0.01, 0.15, 0, 0.305, 0], atol=1e-9
    )
    assert list(table["stable"]) == [True, True, True, False, True, False, True]
    assert list(table["on_redefined_hull"]) == [True, True, False, False, True, False, True]
    assert table["decomposition_known"]["known-Co3Hf"] == "0.500 Co + 0.500 HfCo"
    assert table["decomposition_known"]["dcgan-000000"] == "0.500 Co + 0.500 HfCo"
    assert table["decomposition_redefined"]["dcgan-000000"] == "1.000 HfCo3"
    assert table["decomposition_redefined"]["dcgan-000001"] == "0.500 Hf + 0.500 HfCo"
    assert table["x_Hf"]["dcgan-000001"] == pytest.approx(0.75)
    assert table["found_by"]["known-Co3Hf"] == table["found_by"]["known-CoHf"] == "ccdcgan"
    assert table["found_by"]["known-Co"] == ""


def test_the_config_says_what_counts_as_stable() -> None:
    assert not hulls(KNOWN, stable_below=0.29).table.set_index("id")["stable"]["dcgan-000001"]
    assert hulls(KNOWN, stable_below=0.3).table.set_index("id")["stable"]["dcgan-000001"]


def test_a_missing_end_member_is_said_and_not_raised() -> None:
    known = {name: energy for name, energy in KNOWN.items() if name != "Hf"}
    result = hulls(known)
    assert result.known is None and "no known phase of Hf alone" in result.reason
    assert result.table["e_above_known_hull"].isna().all()
    assert not result.table["stable"].any()
    assert set(result.table["decomposition_known"]) == {result.reason}
    assert known_hull(known_data(known), "Co-Hf")["e_above_known_hull"].isna().all()


def test_a_system_without_any_known_phase() -> None:
    result = hulls(KNOWN, system="Al-Cr")
    assert len(result.table) == 0
    assert "no known phase of Al and Cr" in result.reason


def test_a_ternary_hull_by_hand() -> None:
    table = ternary("Al-Cr-Mn", TERNARY).table.set_index("id")
    # Al2CrMn on the known hull: half AlMn and half AlCr, -0.2.
    assert table["e_above_known_hull"]["dcgan-000000"] == pytest.approx(-0.05)
    assert table["decomposition_known"]["dcgan-000000"] == "0.500 AlCr + 0.500 MnAl"
    assert table["e_above_redefined_hull"]["dcgan-000001"] == pytest.approx(0.1)
    assert table.loc["dcgan-000000", ["x_Al", "x_Cr", "x_Mn"]].tolist() == [0.5, 0.25, 0.25]


def test_few_graphs_beside_many() -> None:
    few, everything = hulls(KNOWN, graphs=1), hulls(KNOWN)
    everything.table.loc[0, "found_by"] = "dcgan ccdcgan"
    table = growth({1: few, 10: everything}, ["dcgan", "ccdcgan"])
    rows = table.set_index(["graphs", "variant"])
    assert list(rows["relaxed"]) == [1, 1, 2, 1]
    # The name of one variant is a part of the other's.
    assert list(rows["known_found"]) == [0, 1, 1, 3]
    assert list(rows["stable"]) == [1, 0, 1, 0]
    assert rows["lowest_e_above_known_hull"][(1, "dcgan")] == pytest.approx(-0.05)


def test_a_damaged_hull_table_is_refused(tmp_path) -> None:
    path = tmp_path / "hull.csv"
    write_table(path, hulls(KNOWN).table)
    assert list(read_hull(path)["matches"][4:]) == ["", "", "known-CoHf"]
    write_table(path, hulls(KNOWN).table.drop(columns="stable"))
    with pytest.raises(InputError, match=r"hull\.csv: the columns \['stable'\] are missing"):
        read_hull(path)
    write_table(path, hulls(KNOWN).table.drop(columns="source").iloc[:0])
    with pytest.raises(InputError, match=r"hull\.csv: the columns \['source'\] are missing"):
        read_hull(path)
