"""The page of the candidates and the archive of their CIFs."""

import base64
import re
import zipfile
from pathlib import Path

import numpy as np
from pymatgen.core import Structure

from builders.figures import CDLI, COPPER
from ccdcgan.core.tables import write_zip
from ccdcgan.report.candidates_page import candidates_page, cifs


def test_the_page_holds_the_cifs(results) -> None:
    candidates, decks = results
    page = candidates_page(candidates, decks, potential="7net-0")
    for expected in ("LiCd", "Pm3̅m", "0.012", "ccdcgan-000012", "Cu &lt;1&gt;", "7net-0"):
        assert expected in page
    assert "No generated crystal of this system has an energy" in page
    links = re.findall(r'download="([^"]+)" href="data:chemical/x-cif;base64,([^"]+)"', page)
    assert [name for name, _ in links] == [
        "ccdcgan-000012-relaxed.cif",
        "ccdcgan-000012-generated.cif",
        "dcgan-000003-relaxed.cif",
    ]
    for (_, content), structure in zip(links, (CDLI, CDLI, COPPER), strict=True):
        text = base64.b64decode(content).decode()
        assert Structure.from_str(text, fmt="cif").matches(structure)
    assert not re.search(r'(src|href)="(?!data:)', page)


def test_the_archive_of_cifs_is_the_same_each_time(results, tmp_path: Path) -> None:
    candidates, decks = results
    for name in ("one.zip", "two.zip"):
        write_zip(tmp_path / name, cifs(candidates, decks))
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        names = archive.namelist()
        text = archive.read("Cd-Li/dcgan-000003-relaxed.cif").decode()
    assert len(names) == 3
    assert np.isclose(Structure.from_str(text, fmt="cif").volume / 4, 3.6**3 / 4, rtol=1e-3)
