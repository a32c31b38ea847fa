"""Tables of structures through a potential: relaxed phases, and copies labelled as they stand."""

import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial

import numpy as np
import pandas as pd
from pymatgen.core import Structure
from tqdm import tqdm

from ccdcgan.core.artifacts import stable_seed
from ccdcgan.core.journal import Journal
from ccdcgan.core.settings.filters import FilterSettings
from ccdcgan.core.settings.hardware import RelaxationLimits
from ccdcgan.core.settings.potential import PotentialSettings
from ccdcgan.core.settings.prototypes import CopySettings
from ccdcgan.crystals.cells import NIGGLI, standard_cell
from ccdcgan.crystals.potential import Energy, Relaxes, load_calculators, package_of
from ccdcgan.crystals.table import Crystals
from ccdcgan.crystals.worker import Worker
from ccdcgan.data.filters import as_row
from ccdcgan.data.formation_energies import element_references


def relaxer(
    potential: PotentialSettings,
    journal: Journal,
    filters: FilterSettings | None = None,
    *,
    keep_symmetry: bool = False,
    limits: RelaxationLimits | None = None,
) -> Callable[[Crystals], Crystals]:
    """Return what relaxes crystals by a potential; see `relax_candidates`.

    Without filters every crystal is kept: what is fit for no training can be a known phase. With
    limits the potential is asked in a process of its own, which a crystal may end.
    """
    calculators: Relaxes = (
        Worker(potential, None, limits) if limits else load_calculators(potential, None)
    )
    return partial(
        relax_candidates,
        calculators=calculators,
        filters=filters,
        journal=journal,
        fmax=potential.fmax,
        max_steps=potential.max_steps,
        keep_symmetry=keep_symmetry,
    )


def list_elements(phases: Iterable[Crystals], potential: PotentialSettings) -> pd.DataFrame:
    """List the lowest phase of each element by a potential, as in `elements.csv`.

    Columns: those of `element_references`, the potential and the version of its package.
    """
    return element_references(one.table for one in phases).assign(
        potential=potential.energy_scheme, version=package_of(potential.name)
    )


def relax_candidates(
    crystals: Crystals,
    calculators: Relaxes,
    filters: FilterSettings | None,
    journal: Journal,
    *,
    fmax: float,
    max_steps: int,
    keep_symmetry: bool = False,
) -> Crystals:
    """Relax all crystals; a row each comes back, the failed ones with a reason in `dropped`.

    Adds `energy_per_atom` (eV/atom), `converged` and `steps`. The relaxed structure stands in its
    Niggli-reduced standard cell. A relaxation that ran out of steps is kept: its energy is that of
    its geometry. Rows that stand in the journal already are not done again.
    """
    provenance = dict(zip(crystals, crystals["provenance"], strict=True))
    for name, candidate in _progress(crystals, "relaxed"):
        if name in journal.values:
            continue
        result = calculators.relax(
            candidate, fmax=fmax, max_steps=max_steps, keep_symmetry=keep_symmetry
        )
        structure, failure = result.structure, result.failure
        if not failure:
            try:
                structure, _ = standard_cell(structure, NIGGLI)
            except ValueError as error:
                failure = str(error)
        new = as_row(name, structure, provenance[name], filters)
        if failure:
            new["dropped"] = f"relaxation failed: {failure}"
        new |= {
            "energy_per_atom": result.energy_per_atom,
            "converged": result.converged,
            "steps": result.steps,
        }
        journal[name] = new
    return Crystals(pd.DataFrame([journal.values[name] for name in crystals]))


def label_copies(
    phases: Crystals,
    energy_of: Energy,
    filters: FilterSettings,
    copies: CopySettings,
    seed: int,
) -> Crystals:
    """Make strained and rattled copies of every phase, with the energy of each as it stands.

    The random numbers of a phase depend on `seed` and its id alone. A row a copy; `parent` is the
    phase's id.
    """
    rows = []
    for parent, phase in _progress(phases, "labelled"):
        rng = np.random.default_rng(stable_seed(seed, parent))
        for name, structure in perturbed(phase, copies, rng):
            new = as_row(f"{parent}-{name}", structure, f"{name} copy of {parent}", filters)
            energy = float("nan") if new["dropped"] else energy_of(structure)
            rows.append(new | {"parent": parent, "energy_per_atom": energy})
    # Where none is asked for, the table still has its columns.
    return Crystals(pd.DataFrame(rows)) if rows else phases.take([]).assign(parent="")


def perturbed(
    structure: Structure, copies: CopySettings, rng: np.random.Generator
) -> Iterator[tuple[str, Structure]]:
    """Yield (name, copy): strained ones, then rattled ones; one atom alone cannot be rattled.

    The components of the symmetric strain are uniform in ±`max_strain`; the displacements are
    Gaussian along each axis, `displacement` Å wide, their mean taken out.
    """
    for number in range(copies.strained):
        strain = rng.uniform(-copies.max_strain, copies.max_strain, (3, 3))
        copy = structure.copy()
        copy.lattice = structure.lattice.matrix @ (np.eye(3) + (strain + strain.T) / 2)
        yield f"strained{number}", copy
    for number in range(copies.rattled if len(structure) > 1 else 0):
        steps = rng.normal(0.0, copies.displacement, (len(structure), 3))
        steps -= steps.mean(axis=0)
        yield (
            f"rattled{number}",
            Structure(
                structure.lattice,
                structure.species,
                structure.cart_coords + steps,
                coords_are_cartesian=True,
            ),
        )


def _progress(crystals: Crystals, verb: str) -> Iterator[tuple[str, Structure]]:
    yield from tqdm(crystals.items(), verb, len(crystals), mininterval=10, file=sys.stderr)
