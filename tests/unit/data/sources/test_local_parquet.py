"""Parquet files: bad rows, columns that are missing, damage and what unpacks to too much."""

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from builders.local import COLUMNS, PROPERTIES, reasons_of, write_parquet
from ccdcgan.core.errors import InputError
from ccdcgan.data.sources.local import read_local


def test_bad_rows_of_a_parquet_file(tmp_path: Path) -> None:
    frame = pd.read_parquet(write_parquet(tmp_path))
    bad = frame.iloc[[0, 0, 0]].copy()
    bad["id"] = ["flat", "alien", "short"]
    bad["lattice"] = [[0.0] * 9, bad["lattice"].iloc[0], bad["lattice"].iloc[0]]
    bad["species"] = [["Na", "Cl"], ["Na", "Xx"], ["Na"]]
    pd.concat([frame, bad]).to_parquet(tmp_path / "bad.parquet")
    table = read_local(str(tmp_path / "bad.parquet"), PROPERTIES, COLUMNS, "PBE").set_index("id")
    reasons = table["dropped"].str.split(":").str[0].to_dict()
    assert reasons == {
        "salt": "",
        "skew": "",
        "flat": "no cell",
        "alien": "unknown species",
        "short": "damaged structure",
    }


def test_column_that_is_not_there(tmp_path: Path) -> None:
    path = write_parquet(tmp_path)
    with pytest.raises(InputError, match=r"data\.columns names band_gap: width, but"):
        read_local(str(path), PROPERTIES, {"band_gap": "width"}, "PBE")
    pd.read_parquet(path).drop(columns="species").to_parquet(path)
    with pytest.raises(InputError, match="no column species; it has"):
        read_local(str(path), PROPERTIES, {}, "PBE")


def test_a_parquet_file_that_unpacks_to_more_than_it_is_is_one_line(tmp_path: Path) -> None:
    """A hundred million equal numbers take a kilobyte."""
    path = tmp_path / "x.parquet"
    coords = pa.ListArray.from_arrays(pa.array([0, 4_000_000]), pa.array(np.zeros(4_000_000)))
    columns = {"id": ["a"], "lattice": [[1.0] * 6], "species": [["Na"]], "frac_coords": coords}
    pq.write_table(pa.table(columns), path, compression="zstd")
    assert path.stat().st_size < 20_000
    with pytest.raises(InputError, match=r"x\.parquet: unpacks to \d+ MB, beyond data\.limits"):
        reasons_of(path, file=20)
    with pytest.raises(InputError, match=r"x\.parquet: 2 rows, beyond data\.limits\.structures"):
        reasons_of(write_parquet(tmp_path).rename(path), structures=1)


def test_a_damaged_page_of_a_parquet_file_is_one_line(tmp_path: Path) -> None:
    path = write_parquet(tmp_path)
    table = pq.read_table(path)
    pq.write_table(table, path, write_page_checksum=True)
    column = pq.read_metadata(path).row_group(0).column(table.column_names.index("gap"))
    start = column.dictionary_page_offset or column.data_page_offset
    content = bytearray(path.read_bytes())
    content[start + column.total_compressed_size - 4] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(InputError, match=r"s\.parquet: not a readable Parquet file .*CRC"):
        read_local(str(path), PROPERTIES, COLUMNS, "PBE")
