"""What a calculation left in its folder, in the same words for all engines."""

from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import ase.io
import numpy as np
from ase import Atoms
from pymatgen.core import Structure
from pymatgen.io.ase import AseAtomsAdaptor

from ccdcgan.core.artifacts import atomic


@dataclass(frozen=True)
class Outcome:
    """The last state that an engine reached.

    atoms: the structure with its energy (eV) and forces (eV/Å), None before the first of them;
    released: eV, how far the relaxation brought the energy down from that of the deck's structure;
    engine: name and version; functional: as the engine calls it; reason: why it did not converge,
    as far as the output says so. What is not known of it is None.
    """

    atoms: Atoms | None = None
    released: float | None = None
    converged: bool = False
    engine: str = ""
    functional: str = ""
    reason: str = ""

    @property
    def energy_per_atom(self) -> float | None:
        """Return the energy in eV/atom."""
        return None if self.atoms is None else self.atoms.get_potential_energy() / len(self.atoms)

    @property
    def released_per_atom(self) -> float | None:
        """Return what the relaxation released in eV/atom."""
        if self.atoms is None or self.released is None:
            return None
        return self.released / len(self.atoms)

    @property
    def volume_per_atom(self) -> float | None:
        """Return the volume in Å³/atom."""
        return None if self.atoms is None else self.atoms.get_volume() / len(self.atoms)

    @property
    def max_force(self) -> float | None:
        """Return the longest force on an atom in eV/Å."""
        if self.atoms is None or "forces" not in self.atoms.calc.results:
            return None
        return float(np.linalg.norm(self.atoms.get_forces(), axis=1).max())

    @property
    def structure(self) -> Structure | None:
        """Return the structure alone."""
        return None if self.atoms is None else AseAtomsAdaptor.get_structure(self.atoms)

    def write(self, path: str | PathLike[str], name: str) -> None:
        """Write the structure with energy and forces as extended XYZ; an empty file without one."""
        with atomic(path) as temporary:
            if self.atoms is None:
                temporary.touch()
            else:
                self.atoms.info = {"id": name}
                ase.io.write(temporary, self.atoms, format="extxyz")


def read_state(path: Path, kind: str, index: int = -1) -> Atoms | None:
    """Read a structure with its energy from a file of ASE's format `kind`; None: none.

    index: 0 for the first, -1 for the last.
    """
    try:
        atoms = ase.io.read(path, index=index, format=kind)
    except Exception:  # no file, or what ASE's parsers raise where one breaks off
        return None
    assert isinstance(atoms, Atoms)  # of a single index
    return atoms


def released(first: Atoms | None, last: Atoms | None) -> float | None:
    """Return by how many eV the last state lies below the first; None without one of them."""
    if first is None or last is None:
        return None
    return float(first.get_potential_energy() - last.get_potential_energy())
