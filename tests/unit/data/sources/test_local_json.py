"""JSON: no class that it names is made, and a damaged entry is a row."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from builders.local import CRYSTALS, FUZZ, NAMED, PROPERTIES, holds
from ccdcgan.data.sources.local import read_local


@pytest.mark.parametrize("place", ["site", "structure", "species", "lattice", "entry", "beside"])
def test_no_class_that_a_json_file_names_is_made(
    place: str, made: list[Any], tmp_path: Path
) -> None:
    document = CRYSTALS["salt"].as_dict()
    entry = {"id": "a", "band_gap": NAMED, "structure": document}
    site = document["sites"][0]
    if place == "site":
        site["properties"] = {"magmom": NAMED}
    elif place == "species":
        site["species"][0] |= {"properties": {"spin": NAMED}, "oxidation_state": NAMED}
    elif place == "lattice":
        document["lattice"] |= NAMED
    else:
        {"structure": document, "entry": entry, "beside": entry}[place]["properties"] = NAMED
    if place == "entry":
        entry |= {"@module": "pymatgen.entries.computed_entries", "@class": "ComputedEntry"}
    (tmp_path / "x.json").write_text(json.dumps([entry]))
    table = read_local(str(tmp_path / "x.json"), PROPERTIES, {}, "PBE")
    assert table[["id", "formula", "dropped"]].to_numpy().tolist() == [["a", "NaCl", ""]]
    assert table["band_gap"].isna().all()
    assert made == []


def _damaged(**changes: Any) -> dict[str, Any]:
    return {"id": "bad", "structure": CRYSTALS["salt"].as_dict() | changes}


def _site(**changes: Any) -> dict[str, Any]:
    sites = CRYSTALS["salt"].as_dict()["sites"]
    return _damaged(sites=[sites[0], sites[1] | changes])


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (_damaged(lattice=None), "damaged structure: no lattice"),
        (_damaged(lattice="cubic"), "damaged structure: lattice is a str"),
        (_damaged(lattice={"matrix": [[1, 0, 0], [0, 1]]}), "damaged structure: lattice: not num"),
        (_damaged(lattice={"matrix": [[10**400] * 3] * 3}), "damaged structure: lattice: not num"),
        (_damaged(lattice={"a": 3, "b": 3}), "damaged structure: lattice: numbers are missing"),
        (_damaged(sites={}), "damaged structure: sites is a dict"),
        (_damaged(sites=[]), "damaged structure: no atom"),
        (_damaged(sites=["Na"]), "damaged structure: no species"),
        (_site(abc=[0, 0]), "damaged structure: site 1: numbers are missing"),
        (_site(abc=[0, 0, float("nan")]), "damaged structure: site 1: numbers are missing"),
        (_site(species=[{"element": 17, "occu": 1}]), "damaged structure: element is a int"),
        (_site(species=[{"element": "Cl"}]), "damaged structure: site 1, occu: numbers are"),
        (_site(species=[{"element": "Cl", "occu": 2}]), "damaged structure: Species occupancies"),
        (_site(species=[{"element": "Cl", "occu": 0.5}]), "partial occupancy"),
        (_site(species=[{"element": "Xx", "occu": 1}]), "unknown species: Xx"),
        ({"id": "bad", "structure": [1], "data": [1], "parameters": 2}, "damaged structure: no la"),
    ],
)
def test_a_damaged_document_is_a_row_and_the_others_go_on(
    entry: dict[str, Any], reason: str, tmp_path: Path
) -> None:
    good = {"id": "good", "structure": CRYSTALS["salt"].as_dict(), "band_gap": 10**400}
    (tmp_path / "x.json").write_text(json.dumps([entry, good]))
    table = read_local(str(tmp_path / "x.json"), PROPERTIES, {}, "PBE").set_index("id")
    assert table.loc["bad", "dropped"].startswith(reason), table.loc["bad", "dropped"]
    assert table.loc["good", "dropped"] == "" and pd.isna(table.loc["good", "band_gap"])


def test_json_never_imports_what_it_names(tmp_path: Path) -> None:
    evil = {"@module": "os", "@class": "system", "structure": {"@module": "os", "lattice": 1}}
    (tmp_path / "x.json").write_text(json.dumps([evil]))
    table = read_local(str(tmp_path / "x.json"), PROPERTIES, {}, "PBE")
    assert table["dropped"].iloc[0].startswith("damaged structure")


@pytest.mark.parametrize("form", ["[%s, %s]", '{"a": %s, "good": %s}'])
def test_an_entry_that_is_no_json_costs_none_of_the_others(form: str, tmp_path: Path) -> None:
    good = json.dumps({"id": "good", "structure": CRYSTALS["salt"].as_dict()})
    (tmp_path / "x.json").write_text(form % ('{"id": "bad", "structure": }', good))
    table = read_local(str(tmp_path / "x.json"), PROPERTIES, {}, "PBE")
    assert table["dropped"].iloc[0].startswith("damaged structure: no JSON")
    assert table["dropped"].iloc[1] == "" and table["id"].iloc[1] == "good"


LEAVES = st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5)
WORDS = st.sampled_from(
    ["structure", "lattice", "sites", "species", "element", "occu", "abc", "id"]
)
DOCUMENTS = st.recursive(
    LEAVES | st.sampled_from(["Na", "Cl", "Fe3+", "D", "Xx", "X0+"]),
    lambda own: st.lists(own, max_size=4) | st.dictionaries(WORDS, own, max_size=4),
    max_leaves=25,
)


def with_document(place: str, value: Any) -> Any:
    document = CRYSTALS["skew"].as_dict()
    if place == "whole":
        return value
    target: Any = document
    *parents, last = place.split(".")
    for part in parents:
        target = target[int(part) if part.isdigit() else part]
    target[int(last) if last.isdigit() else last] = value
    return {"id": "a", "structure": document, "band_gap": value}


@FUZZ
@given(
    place=st.sampled_from(
        ["whole", "lattice", "lattice.matrix", "sites", "sites.0", "sites.1.species", "sites.1.abc"]
    ),
    value=DOCUMENTS,
)
@example(place="sites.1.abc", value=[1e308, 1e308, 1e308])
@example(place="lattice.matrix", value=[[1e200, 0, 0], [0, 1e200, 0], [0, 0, 1e200]])
def test_any_document_is_a_crystal_a_row_or_one_line(place: str, value: Any) -> None:
    holds("json", json.dumps([with_document(place, value)]).encode())
