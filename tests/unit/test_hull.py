"""Convex hulls and table 1 against numbers worked out by hand."""

from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from pymatgen.core import Composition, Lattice, Structure

from ccdcgan.archives import write_table
from ccdcgan.errors import InputError
from ccdcgan.figures.hulls import hull_figure
from ccdcgan.figures.names import Name, write_names
from ccdcgan.figures.style import save
from ccdcgan.hull import build_hulls, known_hull, read_hull, table1, table1_html
from ccdcgan.structures import from_structure


def crystal(formula: str) -> Structure:
    """Some crystal of a formula; hulls look at composition and energy alone."""
    symbols = [str(symbol) for symbol, n in Composition(formula).items() for _ in range(round(n))]
    places = [[n / len(symbols), 0, 0] for n in range(len(symbols))]
    return Structure(Lattice.orthorhombic(3 * len(symbols), 3.1, 3.2), symbols, places)


def data(energies: dict[str, float]) -> pd.DataFrame:
    rows = [
        {
            "id": f"known-{formula}",
            **from_structure(crystal(formula)),
            "formation_energy_per_atom": energy,
            "kind": "phase",
        }
        for formula, energy in energies.items()
    ]
    # A hypothetical structure far below the hull must not count as known.
    variant = rows[0] | {"id": "variant", "kind": "hypothetical", "formation_energy_per_atom": -9.0}
    return pd.DataFrame([*rows, variant])


def relaxed(variant: str, *found: tuple[str, float | None, str]) -> pd.DataFrame:
    """Rows of relaxed.csv: formula, formation energy (None: failed), known phase it became."""
    rows = [
        {
            "id": f"{variant}-{number:06d}",
            "formula": Composition(formula).reduced_formula,
            "chemical_system": Composition(formula).chemical_system,
            "status": "failed: volume" if energy is None else "relaxed",
            "formation_energy_after": energy,
            "delta_formation_energy": None if energy is None else 0.1 * (number + 1),
            "matches_after": match,
        }
        for number, (formula, energy, match) in enumerate(found)
    ]
    return pd.DataFrame(rows).astype(
        {"formation_energy_after": float, "delta_formation_energy": float}
    )


# Co, Hf, CoHf at -0.4 span the hull; Co3Hf at -0.1 lies above it, by 0.2 - 0.1 = 0.1.
KNOWN = {"Co": 0.0, "Hf": 0.0, "CoHf": -0.4, "Co3Hf": -0.1}
DCGAN = relaxed("dcgan", ("Co3Hf", -0.25, ""), ("CoHf3", 0.1, ""), ("CoHf", None, ""))
CCDCGAN = relaxed("ccdcgan", ("CoHf", -0.41, "known-CoHf"), ("Cd", -1.0, ""))
SCREENED = {
    "dcgan": pd.DataFrame({"id": ["dcgan-000000"], "matches": [""]}),
    "ccdcgan": pd.DataFrame({"id": ["ccdcgan-000007"], "matches": ["known-Co3Hf"]}),
}


def hulls(known: dict[str, float], system: str = "Co-Hf", stable_below: float = 0.0):
    relaxations = {"dcgan": DCGAN, "ccdcgan": CCDCGAN}
    crystals = {
        row["id"]: crystal(row["formula"])
        for table in relaxations.values()
        for _, row in table.iterrows()
    }
    return build_hulls(
        system, data(known), SCREENED, relaxations, crystals, stable_below=stable_below
    )


def test_energies_above_the_known_hull() -> None:
    above = known_hull(data(KNOWN), "Co-Hf").set_index("id")["e_above_known_hull"]
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


def test_a_missing_end_member_is_said_and_not_raised(tmp_path) -> None:
    known = {name: energy for name, energy in KNOWN.items() if name != "Hf"}
    result = hulls(known)
    assert result.known is None and "no known phase of Hf alone" in result.reason
    assert result.table["e_above_known_hull"].isna().all()
    assert not result.table["stable"].any()
    assert set(result.table["decomposition_known"]) == {result.reason}
    assert known_hull(data(known), "Co-Hf")["e_above_known_hull"].isna().all()
    save(hull_figure(result, ["dcgan", "ccdcgan"]), tmp_path / "hull.svg")
    assert result.reason in (tmp_path / "hull.svg").read_text()


def test_a_system_without_any_known_phase() -> None:
    result = hulls(KNOWN, system="Al-Cr")
    assert len(result.table) == 0
    assert "no known phase of Al and Cr" in result.reason


TERNARY = {"Al": 0.0, "Cr": 0.0, "Mn": 0.0, "AlMn": -0.3, "AlCr": -0.1}


def ternary(system: str, known: dict[str, float]):
    found = relaxed("dcgan", ("Al2CrMn", -0.25, ""), ("CrMn", 0.1, ""))
    crystals = {row["id"]: crystal(row["formula"]) for _, row in found.iterrows()}
    screened = {"dcgan": pd.DataFrame({"id": ["dcgan-000000"], "matches": ["known-AlMn"]})}
    return build_hulls(system, data(known), screened, {"dcgan": found}, crystals, stable_below=0.0)


def test_a_ternary_hull_by_hand() -> None:
    table = ternary("Al-Cr-Mn", TERNARY).table.set_index("id")
    # Al2CrMn on the known hull: half AlMn and half AlCr, -0.2.
    assert table["e_above_known_hull"]["dcgan-000000"] == pytest.approx(-0.05)
    assert table["decomposition_known"]["dcgan-000000"] == "0.500 AlCr + 0.500 MnAl"
    assert table["e_above_redefined_hull"]["dcgan-000001"] == pytest.approx(0.1)
    assert table.loc["dcgan-000000", ["x_Al", "x_Cr", "x_Mn"]].tolist() == [0.5, 0.25, 0.25]


def texts(path) -> str:
    return " ".join(ElementTree.parse(path).getroot().itertext())


def test_figures_name_what_lies_on_the_hull(tmp_path) -> None:
    path = tmp_path / "hull.svg"
    save(hull_figure(hulls(KNOWN), ["dcgan", "ccdcgan"]), path)
    for word in ("HfCo₃", "HfCo", "known hull", "redefined hull", "known, generated again"):
        assert word in texts(path)
    save(hull_figure(ternary("Al-Cr-Mn", TERNARY), ["dcgan"]), path)
    for word in ("Al₂CrMn", "MnAl", "Cr"):
        assert word in texts(path).replace("MnAl₂Cr", "Al₂CrMn")
    save(hull_figure(ternary("Al-Cr-Mn-Ni", TERNARY | {"Ni": 0.0}), ["dcgan"]), path)
    assert "energy above the known hull" in texts(path)


def test_names_overlap_neither_each_other_nor_points() -> None:
    from matplotlib.figure import Figure

    axes = Figure(figsize=(5, 4)).subplots()
    places = [(0.5 + 0.02 * n, 0.5 + 0.01 * (n % 3)) for n in range(8)]
    axes.scatter(*zip(*places, strict=True))
    axes.plot([0.3, 0.8], [0.5, 0.5])
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    write_names(axes, [Name(place, f"Co{n}Hf", "black") for n, place in enumerate(places)])
    boxes = [text.get_window_extent() for text in axes.texts if text.get_text()]
    assert len(boxes) == 8
    points = axes.transData.transform(places)
    for number, box in enumerate(boxes):
        assert not box.count_contains(points)
        assert not any(box.overlaps(other) for other in boxes[:number])


def screened(variant: str, systems: list[str], valid: int) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": [f"{variant}-{n:06d}" for n in range(len(systems))],
            "chemical_system": systems,
            "valid": [n < valid for n in range(len(systems))],
            "novel": [n < 1 for n in range(len(systems))],
        }
    )


def test_table1_by_hand() -> None:
    screens = {
        "dcgan": screened("dcgan", ["Co-Hf"] * 6 + ["Cd-Li"] * 3 + ["Co"], 5),
        "ccdcgan": screened("ccdcgan", ["Co-Hf"] * 2, 2),
    }
    relaxations = {"dcgan": DCGAN, "ccdcgan": CCDCGAN}
    known = KNOWN | {"Cd": 0.0, "Li": 0.0}
    tables = {system: hulls(known, system).table for system in ("Co-Hf", "Cd-Li")}
    table = table1(tables, screens, relaxations).set_index(["system", "variant"])
    row = table.loc[("Co-Hf", "dcgan")]
    assert (row["generated"], row["valid"], row["novel"], row["relaxed"]) == (7, 5, 1, 2)
    assert row["mean_delta_formation_energy"] == pytest.approx(0.15)
    assert row["small_delta"] == 1  # 0.1 but not 0.2
    assert row["mean_formation_energy"] == pytest.approx((-0.25 + 0.1) / 2)
    assert row["mean_e_above_hull"] == pytest.approx((-0.05 + 0.3) / 2)
    assert (row["stable"], row["on_redefined_hull"]) == (1, 1)
    # What relaxed into a known phase is below the hull by chance and no discovery.
    assert table.loc[("Co-Hf", "ccdcgan"), "stable"] == 0
    assert table.loc[("all", "dcgan"), "generated"] == 10
    assert np.isnan(table.loc[("Cd-Li", "dcgan"), "mean_e_above_hull"])
    page = table1_html(table.reset_index())
    assert "0.150" in page and "nan" not in page.lower()


def test_a_damaged_hull_table_is_refused(tmp_path) -> None:
    path = tmp_path / "hull.csv"
    write_table(path, hulls(KNOWN).table)
    assert list(read_hull(path)["matches"][4:]) == ["", "", "known-CoHf"]
    write_table(path, hulls(KNOWN).table.drop(columns="stable"))
    with pytest.raises(InputError, match=r"hull\.csv: the columns \['stable'\] are missing"):
        read_hull(path)
