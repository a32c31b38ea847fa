"""The file that is exported, served by the OPTIMADE reference server and asked by its client."""

import json
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from builders.exports import CRYSTALS, relaxed, summary
from ccdcgan.core.settings.sources import OptimadeSettings
from ccdcgan.data.sources.optimade import fetch_optimade
from ccdcgan.report.export import optimade_lines, relaxed_rows
from loopback import optimade_of, serving


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = tmp_path_factory.mktemp("export") / "exported.jsonl"
    lines = optimade_lines(relaxed_rows(summary(), relaxed()), relaxed(), "7net-0", 1.7e9)
    path.write_text("".join(f"{line}\n" for line in lines))
    return optimade_of(path, "ccdcgan")


def answer(address: str, query: str) -> list[dict[str, Any]]:
    url = f"{address}/v1/structures?filter={quote(query)}"
    with urllib.request.urlopen(url) as reply:
        return json.load(reply)["data"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ('elements HAS "In"', ["ccdcgan-000004"]),
        ('chemical_formula_reduced="CdLi"', ["ccdcgan-000001"]),
        ("_ccdcgan_e_above_known_hull<=0", ["ccdcgan-000001"]),
        ("_ccdcgan_space_group_after=221 AND nsites=2", list(CRYSTALS)),
        ('_ccdcgan_reached="stable"', ["ccdcgan-000001"]),
        ("nsites>2", []),
    ],
)
def test_crystals_are_found_by_what_is_known_of_them(
    server: Any, query: str, names: list[str]
) -> None:
    with serving(server) as address:
        assert [one["id"] for one in answer(address, query)] == names


def test_what_is_exported_comes_back_by_the_source_optimade(server: Any, tmp_path: Path) -> None:
    with serving(server) as address:
        asked = OptimadeSettings.model_validate(
            {
                "url": address,
                "filter": "nsites<=20",
                "properties": {"formation_energy_per_atom": "_ccdcgan_formation_energy_after"},
                "energy_scheme": None,
            }
        )
        table = fetch_optimade(asked, ["formation_energy_per_atom"], tmp_path).set_index("id")
    assert (table["dropped"] == "").all() and sorted(table.index) == sorted(CRYSTALS)
    expected = summary().set_index("id")["formation_energy_after"]
    for name, crystal in CRYSTALS.items():
        assert table.loc[name, "lattice"] == pytest.approx(crystal.lattice.matrix.ravel())
        assert table.loc[name, "formation_energy_per_atom"] == pytest.approx(expected[name])
