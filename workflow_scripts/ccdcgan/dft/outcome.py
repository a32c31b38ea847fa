"""What a calculation left in its folder, in the same words for all engines."""

from dataclasses import dataclass
from pathlib import Path

import ase.io
import numpy as np
from ase import Atoms


@dataclass(frozen=True)
class Outcome:
    """The last state that an engine reached.

    atoms: the structure with its energy (eV) and forces (eV/Å), None before the first of them;
    engine: name and version; functional: as the engine calls it; reason: why it did not converge,
    as far as the output says so. What is not known of it is None.
    """

    atoms: Atoms | None = None
    converged: bool = False
    engine: str = ""
    functional: str = ""
    reason: str = ""

    @property
    def energy_per_atom(self) -> float | None:
        """eV/atom."""
        return None if self.atoms is None else self.atoms.get_potential_energy() / len(self.atoms)

    @property
    def volume_per_atom(self) -> float | None:
        """Å³/atom."""
        return None if self.atoms is None else self.atoms.get_volume() / len(self.atoms)

    @property
    def max_force(self) -> float | None:
        """The longest force on an atom in eV/Å."""
        if self.atoms is None or "forces" not in self.atoms.calc.results:
            return None
        return float(np.linalg.norm(self.atoms.get_forces(), axis=1).max())


def read_state(path: Path, kind: str) -> Atoms | None:
    """The last structure with its energy in a file of ASE's format `kind`; None without one."""
    try:
        atoms = ase.io.read(path, index=-1, format=kind)
    except Exception:  # no file, or what ASE's parsers raise where one breaks off
        return None
    assert isinstance(atoms, Atoms)  # of a single index
    return atoms
