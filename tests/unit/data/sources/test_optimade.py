"""Pages of a provider that are there already become rows."""

from pathlib import Path
from typing import Any

import pytest
from optimade.adapters import Structure as Adapter

from builders.settings import SECTIONS, changed
from builders.structures import NACL
from ccdcgan.core.settings.sources import OptimadeSettings
from ccdcgan.data.sources.optimade import FIELDS, PatientSession, fetch_optimade
from ccdcgan.data.sources.pages import PageStore

URL = "https://optimade.example.org"
ENERGY = "_oqmd_delta_e"


def entry(name: str, **changes: Any) -> dict[str, Any]:
    attributes = Adapter.ingest_from(NACL, "pymatgen").attributes.model_dump(mode="json")
    attributes |= {ENERGY: -2.0, "last_modified": "2026-01-01T00:00:00Z"} | changes
    return {"id": name, "type": "structures", "attributes": attributes}


@pytest.fixture
def settings(tmp_path: Path) -> OptimadeSettings:
    """A query, whose answer of two pages has been fetched: four entries, two of them damaged."""
    settings = changed(
        SECTIONS.data.optimade,
        url=f"{URL}/",
        filter="nsites<=20",
        properties={"formation_energy_per_atom": ENERGY},
        energy_scheme=None,
    )
    fields = [*FIELDS, ENERGY]
    store = PageStore(tmp_path, {"url": URL, "filter": "nsites<=20", "fields": fields})
    whole = [entry("1"), entry("2", **{ENERGY: None})]
    damaged = [entry("3", cartesian_site_positions=[]), entry("4", lattice_vectors=[[1, 0, 0]])]
    store.write("00000", {"next": f"{URL}/structures?page=2", "data": whole})
    store.write("00001", {"next": None, "data": damaged})
    return settings


def test_entries_become_rows_and_damaged_ones_say_so(
    settings: OptimadeSettings, tmp_path: Path
) -> None:
    table = fetch_optimade(settings, ["formation_energy_per_atom"], tmp_path).set_index("id")
    assert list(table.index) == ["1", "2", "3", "4"]
    assert table.loc["1", "formation_energy_per_atom"] == -2.0
    assert table.loc[["2"], "formation_energy_per_atom"].isna().all()
    assert table.loc[["1", "2"], "formula"].tolist() == ["NaCl", "NaCl"]
    assert table.loc["1", "volume_per_atom"] == pytest.approx(NACL.volume / 2)
    assert table.loc["3", "dropped"] == "no structure: the document holds none"
    assert table.loc["4", "dropped"].startswith("damaged structure: ")
    assert set(table["energy_scheme"]) == {"optimade.example.org"}


def test_energies_are_of_the_scheme_that_the_config_names(
    settings: OptimadeSettings, tmp_path: Path
) -> None:
    named = changed(settings, energy_scheme="PBE")
    table = fetch_optimade(named, ["formation_energy_per_atom"], tmp_path)
    assert set(table["energy_scheme"]) == {"PBE"}


def test_a_busy_server_is_asked_again_but_not_a_broken_connection() -> None:
    retries = PatientSession().get_adapter(URL).max_retries
    assert retries.is_retry("GET", 429) and retries.is_retry("GET", 503)
    assert not retries.is_retry("GET", 404)
    assert (retries.connect, retries.read) == (0, 0)
    assert retries.respect_retry_after_header
