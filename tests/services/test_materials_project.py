"""The source `materials_project` against the Materials Project's own server code."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from pymatgen.io.vasp.inputs import Kpoints

from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.sources import MaterialsProjectSettings
from ccdcgan.crystals.table import read_records
from ccdcgan.data.sources import materials_project as source
from ccdcgan.data.sources import retries
from loopback import Altered, Gate, crystals, materials_project, serving
from runs import ROOT, snakemake

KEY = "k3y" + "0123456789abcdefghijklmnopqrs"
PROPERTIES = ("formation_energy_per_atom", "band_gap")
COUNT = 10


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of three materials, short pauses, and a key."""
    monkeypatch.setattr(retries, "LONGEST_PAUSE", 0.02)
    monkeypatch.setenv("MP_API_KEY", KEY)


def settings(address: str) -> dict[str, Any]:
    return {
        "endpoint": address,
        "criteria": {"num_sites": [1, 20]},
        "thermo_type": "GGA_GGA+U",
        "page": 3,
    }


def fetch(
    address: str, folder: Path, properties: Sequence[str] = PROPERTIES, **changes: Any
) -> Any:
    asked = MaterialsProjectSettings.model_validate(settings(address) | changes)
    return source.fetch_materials_project(asked, properties, folder)


@pytest.fixture(scope="module")
def documents() -> Any:
    return materials_project([*crystals(COUNT - 1), None])


@pytest.fixture(scope="module")
def undisturbed(documents: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    with (
        pytest.MonkeyPatch.context() as patch,
        serving(Gate(documents, "/materials", KEY)) as address,
    ):
        patch.setenv("MP_API_KEY", KEY)
        table, version = fetch(address, tmp_path_factory.mktemp("pages"))
    assert version
    return table


def test_structures_and_energies_of_one_scheme_arrive(undisturbed: Any) -> None:
    table = undisturbed.set_index("id")
    assert len(table) == COUNT
    assert table.loc["mp-3", "formation_energy_per_atom"] == pytest.approx(-0.02)
    assert table.loc["mp-3", "band_gap"] == pytest.approx(0.2)
    assert table.loc["mp-3", "energy_scheme"].startswith("GGA_GGA+U, corrected by")
    assert table.loc["mp-3", "num_sites"] == 2
    assert (table.drop("mp-10")["dropped"] == "").all()


def test_document_without_structure_is_a_row_that_says_so(undisturbed: Any) -> None:
    row = undisturbed.set_index("id").loc["mp-10"]
    assert row["dropped"] == "no structure: the document holds none"


@pytest.mark.parametrize("fault", [429, 500, 503, "drop"])
@pytest.mark.parametrize("number", [0, 4])
def test_passing_fault_is_survived(
    documents: Any, undisturbed: Any, tmp_path: Path, fault: int | str, number: int
) -> None:
    gate = Gate(documents, "/materials", KEY, {number: fault})
    with serving(gate) as address:
        table, _ = fetch(address, tmp_path)
    assert table.equals(undisturbed)
    assert len(gate.asked) == 10  # ids, four pages of two queries each, and the repeated one


def test_broken_query_goes_on_where_it_stopped(
    documents: Any, undisturbed: Any, tmp_path: Path
) -> None:
    with (
        serving(Gate(documents, "/materials", KEY, down_after=5)) as address,
        pytest.raises(InputError, match="what was fetched is kept") as caught,
    ):
        fetch(address, tmp_path)
    assert "\n" not in str(caught.value) and KEY not in str(caught.value)
    kept = {path.name: path.read_bytes() for path in tmp_path.glob("page-0*")}
    assert sorted(kept) == ["page-00000.json.gz", "page-00001.json.gz"]
    # The same server at another address is another query: keep the address.
    gate = Gate(documents, "/materials", KEY)
    with serving(gate) as second:
        patch_endpoint(tmp_path, address, second)
        table, _ = fetch(second, tmp_path)
    assert table.equals(undisturbed)
    assert len(gate.asked) == 4  # two pages of two queries
    assert {name: (tmp_path / name).read_bytes() for name in kept} == kept


def patch_endpoint(folder: Path, old: str, new: str) -> None:
    """Let the pages of a server count as those of its successor on another port."""
    import json

    from ccdcgan.core.artifacts import digest

    mark = folder / "query.json"
    query = json.loads(mark.read_text())["query"]
    assert query["endpoint"] == f"{old}/"
    query["endpoint"] = f"{new}/"
    mark.write_text(json.dumps({"digest": digest(query), "query": query}))


def test_pages_of_another_query_are_not_taken(documents: Any, tmp_path: Path) -> None:
    with serving(Gate(documents, "/materials", KEY)) as address:
        fetch(address, tmp_path)
        narrow = {"num_sites": [1, 20], "elements": ["Li"]}
        table, _ = fetch(address, tmp_path, criteria=narrow)
    assert 0 < len(table) < COUNT
    assert all("Li" in row for row in table["species"].dropna())


def test_no_class_that_a_document_names_is_made(
    documents: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Any] = []
    monkeypatch.setattr(Kpoints, "from_dict", classmethod(lambda _, content: made.append(content)))
    named = {"@module": "pymatgen.io.vasp.inputs", "@class": "Kpoints", "comment": "made"}

    def change(answer: Any) -> None:
        for document in answer.get("data", []):
            document["band_gap"] = named
            if "structure" in document:
                document["structure"]["properties"] = named
                document["structure"]["sites"][0]["properties"] = {"magmom": named}

    with serving(Altered(documents, change)) as address:
        table, _ = fetch(address, tmp_path)
    assert made == []
    assert (table["dropped"] == "").sum() == COUNT - 1 and table["band_gap"].isna().all()


def test_a_damaged_document_is_a_row(documents: Any, tmp_path: Path) -> None:
    def change(answer: Any) -> None:
        for document in answer.get("data", []):
            if "structure" in document and source._identifier(document) == "mp-3":
                document["structure"]["sites"] = "torn"

    with serving(Altered(documents, change)) as address:
        table, _ = fetch(address, tmp_path)
    reasons = table.set_index("id")["dropped"]
    assert reasons["mp-3"] == "damaged structure: sites is a str"
    assert (reasons.drop(["mp-3", "mp-10"]) == "").all()


def test_the_key_does_not_follow_a_redirect(documents: Any, tmp_path: Path) -> None:
    other = Gate(documents, "/materials")
    with (
        serving(other) as elsewhere,
        serving(Gate(documents, "/materials", KEY, moved=elsewhere)) as address,
        pytest.raises(InputError, match=r"it redirects to 127.*endpoint if you trust") as caught,
    ):
        fetch(address, tmp_path)
    assert other.keys == []
    assert elsewhere.removeprefix("http://") in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("number", [0, 4])
def test_a_redirect_within_the_server_is_followed(
    documents: Any, undisturbed: Any, tmp_path: Path, number: int
) -> None:
    gate = Gate(documents, "/materials", KEY, {number: "again"})
    with serving(gate) as address:
        table, _ = fetch(address, tmp_path)
    assert table.equals(undisturbed) and len(gate.asked) == 10


def test_an_error_that_echoes_the_key_is_told_without_it(documents: Any, tmp_path: Path) -> None:
    with (
        serving(Gate(documents, "/materials", KEY, {0: 422})) as address,
        pytest.raises(InputError, match="fault of <MP_API_KEY>") as caught,
    ):
        fetch(address, tmp_path)
    assert KEY not in str(caught.value)


def test_server_that_is_down(tmp_path: Path) -> None:
    with serving(Gate(materials_project([]))) as address:
        pass
    with pytest.raises(InputError, match=f"Materials Project at {address}/: .*same command again"):
        fetch(address, tmp_path)


def test_wrong_key(documents: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MP_API_KEY", "x" * 32)
    gate = Gate(documents, "/materials", KEY)
    with (
        serving(gate) as address,
        pytest.raises(InputError, match="the key in MP_API_KEY is refused"),
    ):
        fetch(address, tmp_path)
    assert len(gate.asked) == 1  # no second try with a key that is wrong


def test_empty_answer(tmp_path: Path) -> None:
    with (
        serving(Gate(materials_project([]))) as address,
        pytest.raises(InputError, match="no structure at all came in"),
    ):
        fetch(address, tmp_path)


def test_unknown_property(documents: Any, tmp_path: Path) -> None:
    with (
        serving(Gate(documents)) as address,
        pytest.raises(InputError, match=r"invalid fields.*correct data\.properties"),
    ):
        fetch(address, tmp_path, ["hardness"])


def run_rule(address: str, folder: Path, **environment: str) -> Any:
    overlay = folder / "overlay.yaml"
    data = {
        "source": "materials_project",
        "materials_project": settings(address),
        "properties": [
            {"name": "formation_energy_per_atom", "unit": "eV/atom", "required": True},
            {"name": "band_gap", "unit": "eV", "required": False},
        ],
    }
    overlay.write_text(yaml.safe_dump({"data": data}))
    os.environ.update(environment)
    target = "results/data/structures.parquet"
    return snakemake(ROOT, "--directory", folder, "--configfile", overlay, "--", target)


def test_rule_makes_the_training_set_and_keeps_the_key_to_itself(
    documents: Any, tmp_path: Path
) -> None:
    with serving(Gate(documents, "/materials", KEY, {1: 500})) as address:
        run = run_rule(address, tmp_path)
    assert run.status == 0, run.output[-5000:]
    assert "fault of <MP_API_KEY>" in run.output  # the server's words of the fault that passed
    table = read_records(tmp_path / "results/data/structures.parquet")
    assert len(table) == COUNT - 1
    assert (
        table["band_gap"].notna().all()
        and (table["energy_scheme"] == source.SCHEMES["GGA_GGA+U"]).all()
    )
    rejected = (tmp_path / "results/data/rejected.csv").read_text()
    assert "mp-10" in rejected and "no structure" in rejected
    assert KEY not in run.output
    found = subprocess.run(["grep", "-rl", KEY, tmp_path], capture_output=True, text=True)
    assert found.stdout == "" and found.returncode == 1
    assert (tmp_path / ".snakemake" / "metadata").is_dir()


def test_rule_without_a_key_ends_with_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MP_API_KEY")
    run = run_rule("http://127.0.0.1:1", tmp_path)
    assert run.status != 0
    assert "MP_API_KEY is not set" in run.output
    assert not (tmp_path / "results/data/sources/materials_project.parquet").exists()
    log = (tmp_path / "results/logs/data/fetch_materials_project.log").read_text()
    assert len(log.splitlines()) == 1
