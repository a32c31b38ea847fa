"""The data of the explorer and its page; tests/services/test_explorer.py opens it in a browser."""

import json
import re

import numpy as np
import pandas as pd
import pytest

from builders.explorer import HOSTILE, page_data, point, run_of
from builders.hulls import TERNARY, ternary
from ccdcgan.core.errors import InputError
from ccdcgan.report import explorer
from ccdcgan.report.explorer import STEPS, VENDOR, VENDORED, explorer_data, explorer_page


def column(data: dict, name: str) -> list[str]:
    names, codes = data["texts"][name]
    return [names[code] for code in codes]


def test_every_graph_and_every_phase_has_a_row() -> None:
    run = run_of(20)
    data = explorer_data(**run)
    ids = column(data, "id")
    assert len(ids) == len(set(ids)) == data["rows"] == 43
    assert ids[-3:] == ["Mn-1", "Se-1", "MnSe-1"]
    assert column(data, "variant")[-3:] == ["known"] * 3
    first = run["decoded"].table.iloc[0]
    lattice, species, places = data["decoded"][ids.index(first["id"])]
    np.testing.assert_allclose(lattice, first["lattice"], atol=1e-5)
    assert [data["elements"][z][0] for z in species] == list(first["species"])
    np.testing.assert_allclose(np.array(places) / STEPS, first["frac_coords"], atol=1e-6)
    assert data["decoded"][0] is None and data["decoded"][-1] is None
    assert data["relaxed"][-1][1] == [25, 34]
    assert data["energies"] == "7net-0 (sevenn 0.13.0)"


def test_a_row_says_whether_it_is_new_and_why_it_went_no_further() -> None:
    run = run_of(12)
    rows = run["summaries"]["dcgan"]
    fates = {
        1: ("valid", "equals dcgan-000003", {"duplicate_of": "dcgan-000003"}),
        2: ("unique", "equals MnSe-1 of the data", {"matches": "MnSe-1"}),
        3: ("relaxed", "relaxed into MnSe-1", {"matches_after": "MnSe-1"}),
        4: ("relaxed", "relaxed into dcgan-000008", {"duplicate_after": "dcgan-000008"}),
        5: ("relaxed", "0.120 eV/atom above the known hull", {}),
        6: ("novel", "failed: NaN", {}),
    }
    for number, (reached, dropped, others) in fates.items():
        for name, value in {"reached": reached, "dropped": dropped, **others}.items():
            rows.loc[number, name] = value
    data = explorer_data(**run)
    assert list(zip(column(data, "novelty")[:7], column(data, "reason")[:7], strict=True)) == [
        ("no crystal", "atoms too close"),
        ("repeat", "equals an earlier crystal"),
        ("known", "equals a structure of the data or a known phase"),
        ("known", "relaxed into a known phase"),
        ("repeat", "relaxed into a lower crystal"),
        ("new", "above the known hull"),
        ("new as decoded", "relaxation failed"),
    ]


def test_the_edges_of_a_binary_hull_join_its_corners_by_composition() -> None:
    run = run_of(2)
    below = [point("ccdcgan-000001", "ccdcgan", "Mn3Se", -0.5, -0.3)]
    run["hulls"] = {"Mn-Se": pd.concat([run["hulls"]["Mn-Se"], pd.DataFrame(below)])}
    run["hulls"]["Mn-Se"] = run["hulls"]["Mn-Se"].drop_duplicates("id", keep="last")
    hull = explorer_data(**run)["hulls"]["Mn-Se"]
    at = {n: f[1] for n, f in enumerate(hull["fractions"])}
    assert [[at[a], at[b]] for a, b in hull["known"]] == [[0, 0.5], [0.5, 1]]
    assert [[at[a], at[b]] for a, b in hull["redefined"]] == [[0, 0.25], [0.25, 0.5], [0.5, 1]]


def test_the_edges_of_a_ternary_hull_are_those_of_its_facets() -> None:
    table = ternary("Al-Cr-Mn", TERNARY).table
    places = {name: number for number, name in enumerate(table["id"])}
    hull = explorer._hull("Al-Cr-Mn", table, places)
    formulas = list(table["formula"])
    edges = {frozenset((formulas[a], formulas[b])) for a, b in hull["known"]}
    # Around the triangle, and from MnAl, the deepest, to the corners that it sees.
    sides = [("Al", "MnAl"), ("MnAl", "Mn"), ("Mn", "Cr"), ("Cr", "AlCr"), ("AlCr", "Al")]
    assert edges == {frozenset(pair) for pair in (*sides, ("MnAl", "AlCr"), ("MnAl", "Cr"))}


def test_no_text_of_the_data_becomes_html() -> None:
    run = run_of(3)
    run["summaries"]["dcgan"].loc[1, "formula"] = HOSTILE
    page = explorer_page(explorer_data(**run))
    block = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.S)
    assert HOSTILE in column(json.loads(block[1]), "formula")
    assert "hacked" not in page.replace(block[0], "") and "<img" not in block[0]
    assert page.count("<script") == 4


def test_the_page_forbids_all_connections_and_asks_for_nothing() -> None:
    page = explorer_page(page_data(2))
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)[1]
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy and "connect-src" not in policy
    assert not re.search(r"<(?:link|script|img|iframe)[^>]*(?:src|href)=", page)


def test_numbers_that_are_none_are_empty() -> None:
    data = page_data(3)
    assert data["numbers"]["e_above_known_hull"][0] is None
    json.dumps(data, allow_nan=False)


def test_a_changed_library_is_refused(monkeypatch, tmp_path) -> None:
    for name in VENDORED:
        (tmp_path / name).write_bytes((VENDOR / name).read_bytes() + b" ")
    monkeypatch.setattr(explorer, "VENDOR", tmp_path)
    with pytest.raises(InputError, match=r"3Dmol-min\.js: damaged"):
        explorer_page(page_data(2))


def test_the_libraries_are_named_with_version_licence_and_digest() -> None:
    text = (VENDOR / "README.md").read_text()
    for name, digest in VENDORED.items():
        assert f"| `{name}` |" in text and digest in text
    assert "BSD-3-Clause" in (VENDOR / "3Dmol-LICENSE.txt").read_text()
    assert "MIT" in (VENDOR / "fflate-LICENSE.txt").read_text()
