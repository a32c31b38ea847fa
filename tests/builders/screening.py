"""Generated crystals among the known phases of one system."""

import numpy as np
import pandas as pd
from pymatgen.core import Lattice, Structure

from ccdcgan.codec.manifest import VALID, Decoded, to_manifest
from ccdcgan.crystals.table import Crystals, from_structure

B2 = Structure(Lattice.cubic(3.3), ["Cd", "Li"], [[0, 0, 0], [0.5, 0.5, 0.5]])
ROCKSALT = Structure.from_spacegroup(
    "Fm-3m", Lattice.cubic(5.9), ["Cd", "Li"], [[0, 0, 0], [0.5, 0.5, 0.5]]
)
L12 = Structure.from_spacegroup(
    "Pm-3m", Lattice.cubic(4.3), ["Cd", "Li"], [[0, 0, 0], [0, 0.5, 0.5]]
)
BCC = {"Cd": 3.6, "Li": 3.4}


def known_data(*extra: dict) -> Crystals:
    """B2 and bcc elements as phases, rock salt as a hypothetical structure."""
    rows = [
        {"id": "b2", **from_structure(B2), "formation_energy_per_atom": -0.3, "split": "test"},
        {"id": "rock", **from_structure(ROCKSALT), "formation_energy_per_atom": -0.1},
    ]
    for symbol, length in BCC.items():
        bcc = Structure(Lattice.cubic(length), [symbol] * 2, [[0, 0, 0], [0.5, 0.5, 0.5]])
        rows.append({"id": symbol, **from_structure(bcc), "formation_energy_per_atom": 0.0})
    table = pd.DataFrame([*rows, *extra])
    table["kind"] = ["copy" if name == "rock" else "phase" for name in table["id"]]
    table["split"] = table["split"].fillna("train")
    return Crystals(table.assign(provenance="by hand"))


def noisy(structure: Structure, seed: int) -> Structure:
    """The same crystal in another setting: moved atoms, another volume, permuted axes, shifted."""
    copy = structure.copy()
    rng = np.random.default_rng(seed)
    coords = copy.frac_coords + rng.normal(0, 0.01, (len(copy), 3)) + rng.random(3)
    lattice = Lattice(copy.lattice.matrix[[2, 0, 1]] * 1.03)
    return Structure(lattice, copy.species, coords[:, [2, 0, 1]])


def manifest_of(crystals: dict[str, Structure], invalid: int = 1) -> Crystals:
    """Make the manifest of crystals and of some graphs that gave none."""
    lost = [f"ccdcgan-{900 + n:06d}" for n in range(invalid)]
    decoded = [Decoded(VALID, ["Cd", "Li"], crystal) for crystal in crystals.values()]
    decoded += [Decoded("no atom", ["Li", "Cd"])] * invalid
    return to_manifest("ccdcgan", [*crystals, *lost], decoded)


CRYSTALS = {
    "ccdcgan-000003": noisy(B2, 1),
    "ccdcgan-000005": noisy(L12, 2),
    "ccdcgan-000007": noisy(B2, 3) * (2, 1, 1),
    "ccdcgan-000008": noisy(ROCKSALT, 4),
    "ccdcgan-000009": noisy(L12, 5),
}
