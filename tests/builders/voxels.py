"""Tables of structures to voxelise."""

import pandas as pd
from pymatgen.core import Lattice, Structure

from ccdcgan.core.settings.voxels import ImageSettings
from ccdcgan.crystals.table import Crystals, from_structure

SITE_SETTINGS = ImageSettings(grid=64, sigma=2.0)
LATTICE_SETTINGS = ImageSettings(grid=32, sigma=2.0)


def table_of(structures: dict[str, Structure]) -> Crystals:
    rows = [{"id": name, "split": "train", **from_structure(s)} for name, s in structures.items()]
    return Crystals(pd.DataFrame(rows))


def caesium_chloride() -> Structure:
    return Structure(Lattice.cubic(3.3), ["Cd", "Li"], [[0, 0, 0], [0.5, 0.5, 0.5]])
