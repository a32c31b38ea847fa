"""Nothing is unpacked beyond the limits, and damaged archives are one line."""

import gzip
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from builders.settings import changed
from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.limits import MB, USUAL
from ccdcgan.data.sources.bounded import Texts, read_unpacked

SMALL = changed(USUAL, file=1)


def test_a_bomb_of_gzip_is_unpacked_to_the_limit_alone(tmp_path: Path) -> None:
    path = tmp_path / "x.json.gz"
    path.write_bytes(gzip.compress(b"[]" + b" " * 100 * MB, 9, mtime=0))
    assert path.stat().st_size < 120_000
    tracemalloc.start()
    with pytest.raises(InputError, match=r"x\.json\.gz: unpacks to more than 1 MB, beyond data\."):
        read_unpacked(path, SMALL)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10 * MB


def test_a_bomb_of_zip_is_not_unpacked_at_all(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(4):
            archive.writestr(f"{number}.cif", b"0" * 300_000)
    with pytest.raises(InputError, match=r"x\.zip: unpacks to 1 MB, beyond data\.limits\.file"):
        Texts(path, SMALL)
    with pytest.raises(InputError, match=r"x\.zip: 4 files, beyond data\.limits\.structures \(3\)"):
        Texts(path, changed(USUAL, structures=3))
    with Texts(path, USUAL) as texts:
        assert texts.names == [f"{number}.cif" for number in range(4)]
        assert texts.size("0.cif") == len(texts.read("0.cif")) == 300_000


def test_a_file_that_is_too_large_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    with path.open("wb") as file:
        file.truncate(2 * MB)
    with pytest.raises(InputError, match=r"x\.json: 2 MB, beyond data\.limits\.file \(1 MB\)"):
        read_unpacked(path, SMALL)


def test_damaged_archives_are_one_line(tmp_path: Path) -> None:
    path = tmp_path / "x.json.gz"
    content = gzip.compress(bytes(range(256)) * 40, mtime=0)
    for place in range(10, len(content), 7):
        path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        with pytest.raises(InputError, match=r"x\.json\.gz: not readable"):
            read_unpacked(path, USUAL)
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("a.cif", "text" * 10)
    content = (tmp_path / "x.zip").read_bytes()
    place = content.index(b"text")
    (tmp_path / "x.zip").write_bytes(content[:place] + b"T" + content[place + 1 :])
    with Texts(tmp_path / "x.zip", USUAL) as texts, pytest.raises(ValueError, match="CRC"):
        texts.read("a.cif")
