"""Files of another model's crystals, good and bad."""

from pathlib import Path

from pymatgen.core import Lattice, Structure

GOOD = {
    "b2": Structure(Lattice.cubic(3.3), ["Cd", "Li"], [[0, 0, 0], [0.5, 0.5, 0.5]]),
    # Eight atoms, of which the primitive cell holds two.
    "b1": Structure.from_spacegroup(
        "Fm-3m", Lattice.cubic(5.4), ["Cd", "Li"], [[0, 0, 0], [0.5, 0.5, 0.5]]
    ),
}
SHARED = Structure(Lattice.cubic(3.3), [{"Cd": 0.5, "Li": 0.5}, "Li"], [[0, 0, 0], [0.5, 0.5, 0.5]])
CLOSE = Structure(Lattice.cubic(3.3), ["Cd", "Li"], [[0, 0, 0], [0.1, 0, 0]])


def write_cifs(folder: Path) -> Path:
    """Write two good crystals, and three that are none: shared sites, no CIF, too close atoms."""
    folder.mkdir(parents=True)
    for name, crystal in {**GOOD, "close": CLOSE, "shared": SHARED}.items():
        crystal.to(str(folder / f"{name}.cif"))
    (folder / "torn.cif").write_text("data_torn\n_cell_length_a 3.3\n")
    return folder
