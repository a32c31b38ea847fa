"""Damaged Parquet files are one line, wherever the damage is; others read them as any file."""

import random
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ccdcgan.core.errors import InputError
from ccdcgan.core.parquet import check_seal, read_notes, read_parquet, write_parquet

TABLE = pa.Table.from_pandas(
    pd.DataFrame(
        {
            "id": [f"mp-{number}" for number in range(40)],
            "lattice": list(np.random.default_rng(0).random((40, 9))),
            "energy": np.random.default_rng(1).random(40),
        }
    ),
    preserve_index=False,
)


@pytest.fixture
def written(tmp_path: Path) -> Path:
    path = tmp_path / "structures.parquet"
    write_parquet(path, TABLE)
    return path


def test_what_is_written_is_read_by_any_reader(written: Path) -> None:
    assert read_parquet(written).equals(TABLE)
    assert read_parquet(written, columns=["id"]).column_names == ["id"]
    assert len(read_parquet(written, filters=[("id", "==", "mp-3")])) == 1
    assert pq.read_table(written).equals(TABLE)
    assert pd.read_parquet(written)["id"].iloc[0] == "mp-0"
    names, notes, rows = read_notes(written)
    assert names == ["id", "lattice", "energy"] and b"pandas" in notes and rows == 40


def test_no_changed_bit_goes_unseen(written: Path) -> None:
    content, whole = written.read_bytes(), read_parquet(written)
    places = random.Random(1).sample(range(len(content)), 100)
    unseen = []
    for place in (*places, *range(len(content) - 20, len(content))):
        damaged = bytearray(content)
        damaged[place] ^= 1 << place % 8
        written.write_bytes(bytes(damaged))
        try:
            found = read_parquet(written)
        except InputError as error:
            assert "structures.parquet: not a readable" in str(error) and "\n" not in str(error)
        else:
            # A bit of the mark that says that there is a digest is no bit of the table.
            unseen += [] if found.equals(whole, check_metadata=True) else [place]
    assert unseen == []


def test_a_damaged_page_is_found_without_the_digest(written: Path) -> None:
    group = pq.read_metadata(written).row_group(0).column(2)
    content = bytearray(written.read_bytes())
    start = group.dictionary_page_offset or group.data_page_offset
    content[start + group.total_compressed_size - 5] ^= 1
    content[content.index(b"ccdcgan1")] ^= 1
    written.write_bytes(bytes(content))
    check_seal(written)
    with pytest.raises(InputError, match=r"structures\.parquet: .*CRC"):
        read_parquet(written)


def test_a_truncated_or_missing_file_is_one_line(written: Path) -> None:
    content = written.read_bytes()
    for damaged in (content[: len(content) // 2], b"PAR1", b""):
        written.write_bytes(damaged)
        for read in (read_parquet, read_notes):
            with pytest.raises(InputError, match=r"structures\.parquet: not a readable"):
                read(written)
    written.unlink()
    with pytest.raises(InputError, match=r"structures\.parquet: not a readable"):
        read_parquet(written)


def test_files_without_a_digest_are_read_as_before(tmp_path: Path) -> None:
    pq.write_table(TABLE, tmp_path / "old.parquet")
    assert read_parquet(tmp_path / "old.parquet").equals(TABLE)
