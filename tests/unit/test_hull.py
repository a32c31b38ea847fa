"""Convex hulls and table 1 against numbers worked out by hand."""

import re
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from pymatgen.core import Composition, Lattice, Structure

from ccdcgan.core.errors import InputError
from ccdcgan.core.tables import write_table
from ccdcgan.crystals.table import from_structure
from ccdcgan.report.figures.hulls import growth_figure, hull_figure, pictured
from ccdcgan.report.figures.names import Name, write_names
from ccdcgan.report.figures.style import save
from ccdcgan.report.table1 import table1, table1_html
from ccdcgan.stability.hull import build_hulls, growth, known_hull, read_hull
from ccdcgan.stability.outcomes import of_first_graphs


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
    variant = rows[0] | {"id": "variant", "kind": "copy", "formation_energy_per_atom": -9.0}
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


def hulls(
    known: dict[str, float], system: str = "Co-Hf", stable_below: float = 0.0, graphs: int = 10
):
    relaxations = {"dcgan": DCGAN, "ccdcgan": CCDCGAN}
    relaxations = {name: of_first_graphs(rows, graphs) for name, rows in relaxations.items()}
    screened = {name: of_first_graphs(rows, graphs) for name, rows in SCREENED.items()}
    crystals = {
        row["id"]: crystal(row["formula"])
        for table in relaxations.values()
        for _, row in table.iterrows()
    }
    return build_hulls(
        system, data(known), screened, relaxations, crystals, stable_below=stable_below
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


def test_the_best_new_compounds_stand_beside_the_hull(tmp_path) -> None:
    result = hulls(KNOWN)
    crystals = {name: crystal("CoHf") for name in result.table["id"]}
    heading, pictures = pictured(result, crystals)
    # Not the one that relaxed into a known phase, and nothing that is not stable.
    assert heading == "stable"
    assert [(one.formula, one.variant) for one in pictures] == [("HfCo3", "dcgan")]
    assert pictures[0].e_above_known_hull == pytest.approx(-0.05)
    save(hull_figure(result, ["dcgan", "ccdcgan"], crystals), tmp_path / "hull.svg")
    assert "-0.050 eV/atom" in texts(tmp_path / "hull.svg")
    low = hulls(KNOWN | {"Co3Hf": -0.4})
    assert pictured(low, crystals)[0] == "none stable; nearest:"
    assert [one.formula for one in pictured(low, crystals)[1]] == ["HfCo3", "Hf3Co"]


def test_a_ternary_system_has_the_known_hull_beside_the_redefined(tmp_path) -> None:
    figure = hull_figure(ternary("Al-Cr-Mn", TERNARY), ["dcgan"])
    left, right = figure.axes
    assert {line.get_linestyle() for line in left.lines[1:]} == {"--"}
    assert {line.get_linestyle() for line in right.lines[1:]} == {"-"}
    assert len(right.lines) > len(left.lines)  # Al2CrMn divides its triangle
    found = [{text.get_text() for text in axes.texts} for axes in (left, right)]
    assert "MnAl₂Cr" in found[1] - found[0]


def test_few_graphs_beside_many(tmp_path) -> None:
    few, everything = hulls(KNOWN, graphs=1), hulls(KNOWN)
    everything.table.loc[0, "found_by"] = "dcgan ccdcgan"
    table = growth({1: few, 10: everything}, ["dcgan", "ccdcgan"])
    rows = table.set_index(["graphs", "variant"])
    assert list(rows["relaxed"]) == [1, 1, 2, 1]
    # The name of one variant is a part of the other's.
    assert list(rows["known_found"]) == [0, 1, 1, 3]
    assert list(rows["stable"]) == [1, 0, 1, 0]
    assert rows["lowest_e_above_known_hull"][(1, "dcgan")] == pytest.approx(-0.05)
    figure = growth_figure({1: few, 10: everything}, ["dcgan", "ccdcgan"])
    left, right = figure.axes
    assert left.get_ylim() == right.get_ylim()
    assert "2 crystals relaxed" in left.get_title() and "3 crystals" in right.get_title()
    missing = hulls({"Co": 0.0})
    save(growth_figure({1: missing, 10: missing}, ["dcgan"]), tmp_path / "growth.svg")
    assert "no known phase of Hf alone" in texts(tmp_path / "growth.svg")


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
    assert row["negative"] == pytest.approx(1 / 2)
    assert np.isnan(table.loc[("Cd-Li", "dcgan"), "mean_e_above_hull"])
    paper = table.iloc[-1]
    assert paper.name == ("paper, 15 systems", "ccdcgan")
    assert (paper["mean_delta_formation_energy"], paper["negative"]) == (0.10, 0.72)
    assert pd.isna(paper["generated"])  # not known
    page = table1_html(table.reset_index())
    assert (
        "0.150" in page
        and "0.720" in page
        and not {"nan", "NaN", "NA"} & set(re.split(r"[<>&;]", page))
    )


def test_table1_counts_nothing_where_nothing_was_compared() -> None:
    screens = {"dcgan": screened("dcgan", ["Co-Hf"] * 6, 5)}
    nothing = hulls(KNOWN).table
    none = {"Co-Hf": nothing[nothing["source"] != "dcgan"]}
    row = table1(none, screens, {"dcgan": DCGAN}).iloc[0]
    assert row["relaxed"] == 2
    assert pd.isna(row["stable"]) and pd.isna(row["on_redefined_hull"])


def test_a_damaged_hull_table_is_refused(tmp_path) -> None:
    path = tmp_path / "hull.csv"
    write_table(path, hulls(KNOWN).table)
    assert list(read_hull(path)["matches"][4:]) == ["", "", "known-CoHf"]
    write_table(path, hulls(KNOWN).table.drop(columns="stable"))
    with pytest.raises(InputError, match=r"hull\.csv: the columns \['stable'\] are missing"):
        read_hull(path)
