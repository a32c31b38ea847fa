"""CIFs with their symmetry."""

import re
import zipfile

import numpy as np
from pymatgen.core import Lattice, Structure

from ccdcgan.core.tables import write_zip
from ccdcgan.crystals.table import Crystals, space_group
from ccdcgan.report.cifs import cifs

B2 = Structure(Lattice.cubic(3.3), ["Cd", "Li"], [[0] * 3, [0.5] * 3])


def test_cifs_come_back_with_their_symmetry_restored(tmp_path) -> None:
    moved = B2.copy()
    moved.translate_sites([1], [0.005, 0, 0.002])
    crystals = Crystals.of_structures({"a": moved})
    archives = []
    for name in ("first", "second"):
        archives.append(tmp_path / f"{name}.zip")
        write_zip(archives[-1], cifs(crystals, 0.1))
    assert archives[0].read_bytes() == archives[1].read_bytes()
    with zipfile.ZipFile(archives[0]) as archive:
        text = archive.read("a.cif").decode()
    assert "Pm-3m" in text
    assert space_group(Structure.from_str(text, "cif")) == 221
    ((_, plain),) = cifs(crystals)
    lithium, cadmium = Structure.from_str(plain, "cif").frac_coords
    np.testing.assert_allclose((lithium - cadmium) % 1, [0.505, 0.5, 0.502], atol=1e-6)


def test_the_tolerance_says_how_far_atoms_may_lie_from_their_places() -> None:
    moved = B2.copy()
    moved.translate_sites([1], [0.005, 0, 0.002])
    crystals = Crystals.of_structures({"a": moved})
    groups = [space_group_of(dict(cifs(crystals, symprec))["a.cif"]) for symprec in (0.1, 0.001)]
    assert groups[0] == "Pm-3m" and groups[1] != "Pm-3m"


def space_group_of(text: str) -> str:
    (found,) = re.findall(r"_symmetry_space_group_name_H-M\s+'?([^'\n]+)", text)
    return found.strip()
