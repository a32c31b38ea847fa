"""Interatomic potentials: energies and relaxations without DFT.

Three come with their weights inside their wheels, so nothing is downloaded: 7net-0 is SevenNet-0
(Park et al., J. Chem. Theory Comput. 20, 4857, 2024), 7net-l3i5 its successor of higher angular
order, chgnet is CHGNet 0.3.0 (Deng et al., Nat. Mach. Intell. 5, 1031, 2023); all learnt the
Materials Project's PBE and PBE+U. Any other ASE calculator is named by its import path.
"""

import contextlib
import io
import logging
import os
import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module  # noqa: TID251 (a user's calculator, by its path)
from importlib.metadata import packages_distributions, version
from pathlib import Path
from typing import Any, Protocol, cast

import ase.optimize
import numpy as np
from ase.calculators.calculator import BaseCalculator, Calculator
from pymatgen.core import Structure

from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.potential import PotentialSettings

OPTIMIZER = ase.optimize.BFGS
"""On 14 candidates a third fewer steps than FIRE; LBFGS lost two that both others relaxed."""
SYMMETRIC = 0.01
"""Å; within which a crystal has the symmetry that it is to keep."""
MAX_VOLUME_RATIO = 4.0
"""A volume that grows or shrinks by more than this factor is an explosion, not a relaxation."""
MIN_VOLUME = 1.0
"""Å³ an atom; a quarter of the densest solid at ambient pressure."""
MAX_ENERGY = 100.0
"""eV/atom; no bound crystal has an energy of larger magnitude where free atoms are the zero."""


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


def load_calculator(potential: PotentialSettings, *, energies_only: bool = False) -> Calculator:
    """Load the ASE calculator of a potential, on as many threads as OMP_NUM_THREADS says.

    Its name is `7net-0`, `7net-l3i5`, `chgnet` or the import path of a calculator's class, or of a
    function that makes one, such as `ase.calculators.emt:EMT`; modules in the working directory are
    found too. energies_only: for static energies alone; the calculator may then lack forces, which
    take SevenNet two thirds of its time. Raises `InputError` for a name that leads nowhere and for
    arguments that are refused.
    """
    name, arguments = potential.name, potential.arguments
    logging.getLogger("matcalc").setLevel(logging.ERROR)
    make = _SHIPPED.get(name) or _imported(name)
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        try:
            calculator = make(**arguments)
        except (TypeError, ValueError) as error:
            reason = " ".join(str(error).split())
            raise InputError(
                f"config potential.arguments: {name} does not take {arguments} ({reason})"
            ) from None
    if not isinstance(calculator, BaseCalculator):
        raise InputError(
            f"config potential.name: {name} gives a {type(calculator).__name__}, no ASE calculator"
        )
    if energies_only and name in SEVENNET:
        _without_forces(calculator)
    return cast(Calculator, calculator)


def package_of(name: str) -> str:
    """Name the package of a potential and its version, as `sevenn 0.13.0`; "" if it has none."""
    module = "sevenn" if name in SEVENNET else name.partition(":")[0].partition(".")[0]
    packages = packages_distributions().get(module, [])
    return f"{packages[0]} {version(packages[0])}" if packages else ""


def _sevennet(model: str, **arguments: Any) -> Calculator:
    _limit_threads()
    from sevenn.calculator import SevenNetCalculator

    return SevenNetCalculator(**{"model": model, "device": "cpu", **arguments})


def _without_forces(calculator: Any) -> None:
    """Take the backward pass, which gives forces and stress, out of a calculator of SevenNet."""
    import torch
    from sevenn import _keys as keys

    calculator.model.delete_module_by_key("force_output")
    calculator.model.key_grad = None
    calculator.model.requires_grad_(False)
    calculator.implemented_properties = ["energy"]

    def energy(output: Any) -> dict[str, float]:
        return {"energy": float(output[keys.PRED_TOTAL_ENERGY].item())}

    calculator.output_to_results = energy
    calculator.calculate = torch.no_grad()(calculator.calculate)


def _chgnet(**arguments: Any) -> Calculator:
    _limit_threads()
    try:
        from chgnet.model import CHGNet, CHGNetCalculator
    except ModuleNotFoundError:  # it has no wheel for Python 3.13
        raise InputError(
            "config potential.name: chgnet is not installed: choose 7net-0 or 7net-l3i5, or make "
            "the environment with Python 3.11 or 3.12"
        ) from None
    options = {"use_device": "cpu", "on_isolated_atoms": "ignore", **arguments}
    model = CHGNet.load(use_device=options["use_device"], verbose=False)
    return CHGNetCalculator(model, **options)


SEVENNET = ("7net-0", "7net-l3i5")
_SHIPPED: dict[str, Callable[..., Calculator]] = {
    "chgnet": _chgnet,
    **{name: partial(_sevennet, name) for name in SEVENNET},
}


def _limit_threads() -> None:
    import torch

    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))


def _imported(path: str) -> Any:
    """Import what a path such as `ase.calculators.emt:EMT` names."""
    module, _, attribute = path.partition(":")
    if str(Path.cwd()) not in sys.path:
        sys.path.append(str(Path.cwd()))
    try:
        return getattr(import_module(module), attribute)
    except (ImportError, AttributeError, ValueError) as error:
        raise InputError(
            f"config potential.name: {path!r} leads to no calculator ({error}); choose 7net-0, "
            "7net-l3i5, chgnet or an import path such as ase.calculators.emt:EMT"
        ) from None


@dataclass(frozen=True)
class Calculators:
    """The calculator that energies are by, and a cheaper one that may relax before it."""

    last: Calculator
    first: Calculator | None = None

    def energy(self, structure: Structure) -> float:
        """Return the energy of a crystal as it stands; see `static_energy`."""
        return static_energy(structure, self.last)

    def measure(self, structure: Structure, **told: Any) -> tuple[float, Relaxation]:
        """Return the energy (eV/atom) of a crystal as it stands, and its relaxation.

        told: as of `relax_in_turn`.
        """
        return self.energy(structure), self.relax(structure, **told)

    def relax(self, structure: Structure, **told: Any) -> Relaxation:
        """Relax a crystal; see `relax_in_turn`."""
        return relax_in_turn(structure, self, **told)


class Relaxes(Protocol):
    """What relaxes crystals: `Calculators` here, or a `worker.Worker` in a process of its own."""

    def energy(self, structure: Structure) -> float:
        """See `Calculators.energy`."""

    def measure(self, structure: Structure, **told: Any) -> tuple[float, Relaxation]:
        """See `Calculators.measure`."""

    def relax(self, structure: Structure, **told: Any) -> Relaxation:
        """See `Calculators.relax`."""


Energy = Callable[[Structure], float]
"""Gives the static energy of a crystal in eV/atom, NaN where it has none: of a `Relaxes`."""


def load_calculators(
    potential: PotentialSettings, first: str | None, *, energies_only: bool = False
) -> Calculators:
    """Load the calculator of a potential, and that of a cheaper one by its name.

    energies_only: see `load_calculator`.
    """
    last = load_calculator(potential, energies_only=energies_only)
    return Calculators(last, load_calculator(potential.named(first)) if first else None)


def relax_in_turn(
    structure: Structure,
    calculators: Calculators,
    *,
    fmax: float,
    max_steps: int,
    keep_symmetry: bool = False,
) -> Relaxation:
    """Relax a crystal by the cheaper potential, if there is one, and then by that of the energies.

    Where the cheaper one fails, the other begins with the crystal as it is. The steps are those of
    both; each has `max_steps`, and the last decides what has converged. Otherwise as `relax`.
    """
    told: dict[str, Any] = {
        "fmax": fmax,
        "max_steps": max_steps,
        "keep_symmetry": keep_symmetry,
    }
    if calculators.first is None:
        return relax(structure, calculators.last, **told)
    before = relax(structure, calculators.first, **told)
    start = structure if before.failure else before.structure
    outcome = relax(start, calculators.last, **told)
    kept = structure if outcome.failure else outcome.structure
    return replace(outcome, structure=kept, steps=before.steps + outcome.steps)


def relax(
    structure: Structure,
    calculator: Calculator,
    *,
    fmax: float,
    max_steps: int,
    keep_symmetry: bool = False,
) -> Relaxation:
    """Relax cell and atoms until all forces are below `fmax` (eV/Å) or `max_steps` are done.

    The stress counts as a force on the cell (ASE's FrechetCellFilter). keep_symmetry: whether the
    crystal keeps the space group that it has within `SYMMETRIC`, as in a relaxation by VASP.

    Never raises for a bad structure: atoms on one another, a cell that blows up or collapses and
    anything that the potential cannot evaluate come back with the structure as it was, a NaN energy
    and the reason.
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
    task = RelaxCalc(
        calculator,
        optimizer=optimizer,
        fmax=fmax,
        max_steps=max_steps,
        fix_symmetry=keep_symmetry,
        symprec=SYMMETRIC,
    )
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
    """Compute the energy of a structure as it stands, in eV/atom; NaN where it has none."""
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
    """Say why a structure must not reach a potential, which might never find all neighbours."""
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
    # Not the filter's own forces, whose matrix logarithms cost as much as the potential.
    if not (np.isfinite(atoms.get_forces()).all() and np.isfinite(atoms.get_stress()).all()):
        raise _ExplodedError("forces that are not finite")
    ratio = atoms.get_volume() / volume
    if not 1 / MAX_VOLUME_RATIO < ratio < MAX_VOLUME_RATIO:
        raise _ExplodedError(f"volume changed by a factor of {ratio:.2f}")
