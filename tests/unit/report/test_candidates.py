"""The archive of the candidates' CIFs."""

import zipfile
from pathlib import Path

import numpy as np
from pymatgen.core import Structure

from ccdcgan.core.tables import write_zip
from ccdcgan.report.candidates import cifs


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
