"""The source `optimade` against the OPTIMADE reference server."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.sources import OptimadeSettings
from ccdcgan.crystals.table import read_records
from ccdcgan.data.sources import optimade as source
from ccdcgan.data.sources import retries
from loopback import Gate, crystals, optimade, serving
from runs import ROOT, snakemake

COUNT = 50  # three pages
PROPERTIES = ("formation_energy_per_atom", "band_gap")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retries, "LONGEST_PAUSE", 0.02)


@pytest.fixture(scope="module")
def entries(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return optimade(crystals(COUNT), tmp_path_factory.mktemp("optimade") / "entries.jsonl")


@pytest.fixture
def gate(entries: Any) -> Gate:
    return Gate(entries, "/structures")


def settings(address: str, query: str = "nsites<=20") -> dict[str, Any]:
    return {
        "url": address,
        "filter": query,
        "properties": {"formation_energy_per_atom": "_test_energy"},
        "energy_scheme": None,
    }


def fetch(address: str, folder: Path, query: str = "nsites<=20") -> Any:
    asked = OptimadeSettings.model_validate(settings(address, query))
    return source.fetch_optimade(asked, PROPERTIES, folder)


@pytest.fixture(scope="module")
def undisturbed(entries: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    with serving(entries) as address:
        return fetch(address, tmp_path_factory.mktemp("pages"))


def test_structures_and_mapped_properties_arrive(undisturbed: Any) -> None:
    table = undisturbed.set_index("id")
    assert len(table) == COUNT and (table["dropped"] == "").all()
    for number, structure in enumerate(crystals(COUNT)):
        row = table.loc[f"t-{number}"]
        assert row["formation_energy_per_atom"] == pytest.approx(-number / 100)
        assert row["formula"] == structure.composition.reduced_formula
        assert row["lattice"] == pytest.approx(structure.lattice.matrix.ravel())
    assert table["band_gap"].isna().all()
    assert set(table["energy_scheme"]) == {"127.0.0.1"}


@pytest.mark.parametrize("fault", [429, 500, "drop"])
def test_passing_fault_is_survived(
    gate: Gate, undisturbed: Any, tmp_path: Path, fault: int | str
) -> None:
    gate.plan, gate.retry_after = {1: fault}, "1"
    with serving(gate) as address:
        assert fetch(address, tmp_path).equals(undisturbed)
    # Three pages and the repeated one; after a broken connection the query starts with the first.
    assert len(gate.asked) == (5 if fault == "drop" else 4)


def test_broken_query_goes_on_where_it_stopped(
    gate: Gate, undisturbed: Any, tmp_path: Path
) -> None:
    with serving(gate) as address:
        gate.down_after = 2
        with pytest.raises(InputError, match="what was fetched is kept") as caught:
            fetch(address, tmp_path)
        assert "\n" not in str(caught.value)
        kept = {path.name: path.read_bytes() for path in tmp_path.glob("page-*")}
        assert len(kept) == 2
        gate.down_after = None
        gate.asked.clear()
        assert fetch(address, tmp_path).equals(undisturbed)
    assert {name: (tmp_path / name).read_bytes() for name in kept} == kept
    assert len(gate.asked) == 2  # the first page says where it begins; then the missing one
    with serving(gate) as unused:  # all is there: no server is asked
        assert unused
    assert fetch(address, tmp_path).equals(undisturbed)


def test_empty_answer(gate: Gate, tmp_path: Path) -> None:
    with (
        serving(gate) as address,
        pytest.raises(InputError, match="optimade: no structure at all came in"),
    ):
        fetch(address, tmp_path, 'elements HAS "Pu"')


def test_filter_that_is_none(gate: Gate, tmp_path: Path) -> None:
    with serving(gate) as address, pytest.raises(InputError, match=r"check data\.optimade"):
        fetch(address, tmp_path, "nsites<=<=20")


def test_server_that_is_down(gate: Gate, tmp_path: Path) -> None:
    with serving(gate) as address:
        pass
    with pytest.raises(InputError, match=f"OPTIMADE at {address}: "):
        fetch(address, tmp_path)


def test_rule(gate: Gate, tmp_path: Path) -> None:
    overlay = tmp_path / "overlay.yaml"
    with serving(gate) as address:
        data = {"source": "optimade", "optimade": settings(address)}
        overlay.write_text(yaml.safe_dump({"data": data}))
        target = "results/data/structures.parquet"
        run = snakemake(ROOT, "--directory", tmp_path, "--configfile", overlay, "--", target)
    assert run.status == 0, run.output[-5000:]
    assert len(read_records(tmp_path / "results/data/structures.parquet")) == COUNT
