"""Machine-learned interatomic potentials: energies and relaxations without DFT.

The weights of both potentials lie inside their wheels, so nothing is downloaded. 7net-0 is
SevenNet-0 (Park et al., J. Chem. Theory Comput. 20, 4857, 2024), chgnet is CHGNet 0.3.0
(Deng et al., Nat. Mach. Intell. 5, 1031, 2023); both learnt the Materials Project's PBE and PBE+U.
"""

import contextlib
import io
import logging
import os
import warnings
from dataclasses import dataclass
from typing import Any

import ase.optimize
import numpy as np
from ase.calculators.calculator import Calculator
from pymatgen.core import Structure

from ccdcgan.errors import InputError

OPTIMIZER = ase.optimize.BFGS
"""On 14 candidates a third fewer steps than FIRE; LBFGS lost two that both others relaxed."""
MAX_VOLUME_RATIO = 4.0
"""A volume that grows or shrinks by more than this factor is an explosion, not a relaxation."""
MIN_VOLUME = 1.0
"""Å³ an atom; a quarter of the densest solid at ambient pressure."""
MAX_ENERGY = 100.0
"""eV/atom; no bound crystal has an energy of larger magnitude in either potential."""


class _ExplodedError(Exception):
    """A relaxation left the range in which the potential means anything."""


@dataclass(frozen=True)
class Relaxation:
    """The outcome of a relaxation; `failure` is None if the numbers can be used."""

    structure: Structure
    energy_per_atom: float
    converged: bool
    steps: int
    failure: str | None = None


def load_calculator(name: str) -> Calculator:
    """The ASE calculator of a potential, on as many threads as OMP_NUM_THREADS says.

    Raises `InputError` for a name other than `7net-0` and `chgnet`.
    """
    import torch

    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    logging.getLogger("matcalc").setLevel(logging.ERROR)
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        if name == "7net-0":
            from sevenn.calculator import SevenNetCalculator

            return SevenNetCalculator("7net-0", device="cpu")
        if name == "chgnet":
            from chgnet.model import CHGNet, CHGNetCalculator

            model = CHGNet.load(use_device="cpu", verbose=False)
            return CHGNetCalculator(model, use_device="cpu", on_isolated_atoms="ignore")
    raise InputError(f"potential {name!r} is unknown: choose 7net-0 or chgnet")


def relax(
    structure: Structure, calculator: Calculator, *, fmax: float, max_steps: int
) -> Relaxation:
    """Relax cell and atoms until all forces are below `fmax` (eV/Å) or `max_steps` are done.

    The stress counts as a force on the cell (ASE's FrechetCellFilter). Never raises for a bad
    structure: atoms on one another, a cell that blows up or collapses and anything that the
    potential cannot evaluate come back with the structure as it was, a NaN energy and the reason.
    """
    from matcalc import RelaxCalc  # here, since it takes longer than labelling a small table

    outcome: dict[str, Any] = {"steps": 0, "converged": False}

    class Watched(OPTIMIZER):
        """RelaxCalc reports neither steps nor the stress's convergence, and stops at nothing."""

        def __init__(self, cell_filter: Any, **kwargs: Any) -> None:
            super().__init__(cell_filter, **kwargs)
            self.attach(lambda: _watch(cell_filter, structure.volume))

        def run(self, *args: Any, **kwargs: Any) -> bool:
            try:
                outcome["converged"] = bool(super().run(*args, **kwargs))
            finally:
                outcome["steps"] = self.nsteps
            return bool(outcome["converged"])

    def failed(reason: str) -> Relaxation:
        return Relaxation(structure, float("nan"), False, outcome["steps"], reason)

    reason = _unfit(structure)
    if reason:
        return failed(reason)
    optimizer: Any = Watched
    task = RelaxCalc(calculator, optimizer=optimizer, fmax=fmax, max_steps=max_steps)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            result = task.calc(structure)
    except _ExplodedError as error:
        return failed(str(error))
    except MemoryError:
        raise
    except Exception as error:  # whatever a potential or an optimiser makes of a bad structure
        return failed(f"{type(error).__name__}: {' '.join(str(error).split())[:120]}")
    relaxed = Structure.from_sites(result["final_structure"].sites)
    energy = float(result["energy"]) / len(relaxed)
    return Relaxation(relaxed, energy, outcome["converged"], outcome["steps"])


def static_energy(structure: Structure, calculator: Calculator) -> float:
    """The energy of a structure as it stands, in eV/atom; NaN where it has none."""
    if _unfit(structure):
        return float("nan")
    atoms = structure.to_ase_atoms()
    atoms.calc = calculator
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            energy = float(atoms.get_potential_energy()) / len(structure)
    except MemoryError:
        raise
    except Exception:  # a structure that the potential cannot evaluate
        return float("nan")
    return energy if abs(energy) < MAX_ENERGY else float("nan")


def _unfit(structure: Structure) -> str | None:
    """Why a structure must not reach a potential: it could search for neighbours without end."""
    if not (
        np.isfinite(structure.lattice.matrix).all() and np.isfinite(structure.cart_coords).all()
    ):
        return "the structure holds numbers that are not finite"
    volume = structure.volume / len(structure)
    return f"only {volume:.3g} Å³ an atom" if volume < MIN_VOLUME else None


def _watch(cell_filter: Any, volume: float) -> None:
    """Raise `_ExplodedError` as soon as energy, forces or volume leave all reason."""
    atoms = cell_filter.atoms
    energy = atoms.get_potential_energy() / len(atoms)
    if not np.isfinite(energy) or abs(energy) > MAX_ENERGY:
        raise _ExplodedError(f"energy of {energy:.3g} eV/atom")
    if not np.isfinite(cell_filter.get_forces()).all():
        raise _ExplodedError("forces that are not finite")
    ratio = atoms.get_volume() / volume
    if not 1 / MAX_VOLUME_RATIO < ratio < MAX_VOLUME_RATIO:
        raise _ExplodedError(f"volume changed by a factor of {ratio:.2f}")
