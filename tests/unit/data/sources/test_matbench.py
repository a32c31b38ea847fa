"""A dataset whose file is there already: what becomes of its rows and of what is wrong with it."""

from pathlib import Path

import pandas as pd
import pytest
from matminer.utils.io import store_dataframe_as_json

from builders.settings import SECTIONS, changed
from builders.structures import BCC, NACL
from ccdcgan.core.artifacts import sha256_of
from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.sources import MatbenchSettings
from ccdcgan.data.sources.matbench import fetch_matbench

NAME = "matbench_mp_gap"
UNREACHABLE = "http://127.0.0.1:1/file.json.gz"


def stored(folder: Path, column: str) -> MatbenchSettings:
    """Write the file of a dataset of two crystals where a download would lie."""
    frame = pd.DataFrame({"structure": [BCC, NACL], column: [0.0, 5.0]})
    file = folder / f"{NAME}.json.gz"
    store_dataframe_as_json(frame, str(file), compression="gz")
    digest = sha256_of(file)
    return changed(SECTIONS.data.matbench, dataset=NAME, url=UNREACHABLE, sha256=digest)


def test_the_target_gets_our_name(tmp_path: Path) -> None:
    settings = stored(tmp_path, "gap pbe")
    table = fetch_matbench(settings, ["band_gap", "formation_energy_per_atom"], tmp_path)
    assert table["id"].tolist() == [f"{NAME}-000000", f"{NAME}-000001"]
    assert table["band_gap"].tolist() == [0.0, 5.0]
    assert table["formation_energy_per_atom"].isna().all()
    assert table["formula"].tolist() == ["Li", "NaCl"] and set(table["dropped"]) == {""}
    assert set(table["energy_scheme"]) == {f"{NAME} (Materials Project, 2019)"}


def test_a_file_without_the_target_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=f"{NAME} has the columns structure, gap, not .*gap pbe"):
        fetch_matbench(stored(tmp_path, "gap"), ["band_gap"], tmp_path)


def test_a_damaged_file_is_fetched_again(tmp_path: Path) -> None:
    settings = stored(tmp_path, "gap pbe")
    file = tmp_path / f"{NAME}.json.gz"
    file.write_bytes(file.read_bytes()[:-10])
    with pytest.raises(InputError, match=rf"{UNREACHABLE}: .*data\.matbench\.url and sha256"):
        fetch_matbench(settings, ["band_gap"], tmp_path)
    assert not file.exists()
