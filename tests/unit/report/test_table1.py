"""Table 1 against numbers worked out by hand."""

import re

import numpy as np
import pandas as pd
import pytest

from builders.hulls import CCDCGAN, DCGAN, KNOWN, hulls
from ccdcgan.crystals.table import Crystals
from ccdcgan.report.table1 import table1, table1_html


def screened_rows(variant: str, systems: list[str], valid: int) -> Crystals:
    table = pd.DataFrame(
        {
            "id": [f"{variant}-{n:06d}" for n in range(len(systems))],
            "chemical_system": systems,
            "valid": [n < valid for n in range(len(systems))],
            "novel": [n < 1 for n in range(len(systems))],
        }
    )
    return Crystals(table)


def test_table1_by_hand() -> None:
    screens = {
        "dcgan": screened_rows("dcgan", ["Co-Hf"] * 6 + ["Cd-Li"] * 3 + ["Co"], 5),
        "ccdcgan": screened_rows("ccdcgan", ["Co-Hf"] * 2, 2),
    }
    relaxations = {"dcgan": DCGAN, "ccdcgan": CCDCGAN}
    known = KNOWN | {"Cd": 0.0, "Li": 0.0}
    tables = {system: hulls(known, system).table for system in ("Co-Hf", "Cd-Li")}
    table = table1(tables, screens, relaxations, energies="7net-0")
    table = table.set_index(["system", "variant"])
    row = table.loc[("Co-Hf", "dcgan")]
    assert (row["generated"], row["valid"], row["novel"], row["drawn"]) == (7, 5, 1, 3)
    assert row["new"] == 2 and row["converged"] == pytest.approx(2 / 3)
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
    paper = table.loc[("Co-Hf", "the paper")]
    assert (paper["new"], paper["small_delta"], paper["mean_e_above_hull"]) == (51, 49, 0.07)
    assert paper["energies"].startswith("DFT") and row["energies"] == "7net-0"
    assert pd.isna(paper["generated"])  # of this system, not known
    total = table.iloc[-1]
    assert total.name == ("its 15 systems", "the paper") and total["new"] == 493
    page = table1_html(table.reset_index())
    assert (
        "0.150" in page
        and "0.720" in page
        and not {"nan", "NaN", "NA"} & set(re.split(r"[<>&;]", page))
    )


def test_names_in_the_page_are_text() -> None:
    tables = {"Co-Hf": hulls(KNOWN).table}
    screens = {"dcgan": screened_rows("dcgan", ["Co-Hf"], 1)}
    page = table1_html(table1(tables, screens, {"dcgan": DCGAN}, energies="<b>mine</b>"))
    assert "&lt;b&gt;mine" in page and "<b>" not in page


def test_table1_counts_nothing_where_nothing_was_compared() -> None:
    screens = {"dcgan": screened_rows("dcgan", ["Co-Hf"] * 6, 5)}
    nothing = hulls(KNOWN).table
    none = {"Co-Hf": nothing[nothing["source"] != "dcgan"]}
    row = table1(none, screens, {"dcgan": DCGAN}, energies="").iloc[0]
    assert row["new"] == 2
    assert pd.isna(row["stable"]) and pd.isna(row["on_redefined_hull"])
