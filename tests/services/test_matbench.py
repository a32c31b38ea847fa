"""The source `matbench`: a small file of the dataset's format, served on loopback."""

import gzip
import hashlib
import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml
from matminer.utils.io import store_dataframe_as_json
from pymatgen.io.vasp.inputs import Kpoints

from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.sources import MatbenchSettings
from ccdcgan.crystals.table import read_records
from ccdcgan.data.sources.matbench import fetch_matbench
from loopback import crystals
from runs import ROOT, snakemake

COUNT = 5
NAME = "matbench_mp_e_form"


@pytest.fixture(scope="module")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """The address of a folder, and the folder."""
    folder = tmp_path_factory.mktemp("mirror")
    frame = pd.DataFrame(
        {"structure": crystals(COUNT), "e_form": [-number / 100 for number in range(COUNT)]}
    )
    store_dataframe_as_json(frame, str(folder / f"{NAME}.json.gz"), compression="gz")
    handler = lambda *args: http.server.SimpleHTTPRequestHandler(*args, directory=str(folder))  # noqa: E731
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", folder
        server.shutdown()


def settings(mirror: tuple[str, Path]) -> dict[str, Any]:
    address, folder = mirror
    file = folder / f"{NAME}.json.gz"
    return {
        "dataset": NAME,
        "url": f"{address}/{file.name}",
        "sha256": hashlib.sha256(file.read_bytes()).hexdigest(),
    }


def test_dataset_arrives_and_a_damaged_copy_is_fetched_again(
    mirror: tuple[str, Path], tmp_path: Path
) -> None:
    for _ in range(2):
        asked = MatbenchSettings(**settings(mirror))
        table = fetch_matbench(asked, ["formation_energy_per_atom"], tmp_path)
        assert len(table) == COUNT and (table["dropped"] == "").all()
        assert table["formation_energy_per_atom"].tolist() == pytest.approx(
            [-number / 100 for number in range(COUNT)]
        )
        file = tmp_path / f"{NAME}.json.gz"
        assert gzip.decompress(file.read_bytes())
        file.write_bytes(file.read_bytes()[:100])


def test_no_class_that_the_file_names_is_made(
    mirror: tuple[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Any] = []
    monkeypatch.setattr(Kpoints, "from_dict", classmethod(lambda _, content: made.append(content)))
    named = {"@module": "pymatgen.io.vasp.inputs", "@class": "Kpoints", "comment": "made"}
    documents = [structure.as_dict() for structure in crystals(3)]
    documents[0]["sites"][0]["properties"] = {"magmom": named}
    documents[1] = named
    address, folder = mirror
    file = folder / "named.json.gz"
    rows = [[document, -1.0] for document in documents]
    content = {"columns": ["structure", "e_form"], "index": [0, 1, 2], "data": rows}
    file.write_bytes(gzip.compress(json.dumps(content).encode()))
    table = fetch_matbench(
        MatbenchSettings(
            dataset=NAME,
            url=f"{address}/{file.name}",
            sha256=hashlib.sha256(file.read_bytes()).hexdigest(),
        ),
        ["formation_energy_per_atom"],
        tmp_path,
    )
    assert made == []
    assert table["dropped"].tolist() == ["", "damaged structure: no lattice", ""]


def test_server_that_is_down(mirror: tuple[str, Path], tmp_path: Path) -> None:
    away = MatbenchSettings(**settings(mirror) | {"url": "http://127.0.0.1:1/x.json.gz"})
    with pytest.raises(InputError, match=r"matbench: http://127\.0\.0\.1:1/x\.json\.gz: "):
        fetch_matbench(away, ["formation_energy_per_atom"], tmp_path)
    assert not list(tmp_path.iterdir())


def test_rule(mirror: tuple[str, Path], tmp_path: Path) -> None:
    overlay = tmp_path / "overlay.yaml"
    overlay.write_text(
        yaml.safe_dump({"data": {"source": "matbench", "matbench": settings(mirror)}})
    )
    target = "results/data/structures.parquet"
    run = snakemake(ROOT, "--directory", tmp_path, "--configfile", overlay, "--", target)
    assert run.status == 0, run.output[-5000:]
    assert len(read_records(tmp_path / "results/data/structures.parquet")) == COUNT
