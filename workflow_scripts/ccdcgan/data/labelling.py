"""Tables of structures through a potential: relaxed phases, and copies labelled as they stand."""

import sys
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from ase.calculators.calculator import Calculator
from pymatgen.core import Structure
from tqdm import tqdm

from ccdcgan.core.artifacts import stable_seed
from ccdcgan.core.journal import Journal
from ccdcgan.crystals.cells import NIGGLI, standard_cell
from ccdcgan.crystals.potential import relax, static_energy
from ccdcgan.crystals.table import to_structure
from ccdcgan.data.filters import as_row


def relax_candidates(
    table: pd.DataFrame,
    calculator: Calculator,
    filters: Mapping[str, Any],
    journal: Journal,
    *,
    fmax: float,
    max_steps: int,
) -> pd.DataFrame:
    """Relax every row of `table`; a row a structure comes back, the failed ones with a reason.

    Adds `energy_per_atom` (eV/atom), `converged` and `steps`. The relaxed structure stands in its
    Niggli-reduced standard cell. A relaxation that ran out of steps is kept: its energy is that of
    its geometry. Rows that stand in the journal already are not done again.
    """
    for row in _progress(table, "relaxed"):
        if row["id"] in journal.values:
            continue
        result = relax(to_structure(row), calculator, fmax=fmax, max_steps=max_steps)
        structure, failure = result.structure, result.failure
        if not failure:
            try:
                structure, _ = standard_cell(structure, NIGGLI)
            except ValueError as error:
                failure = str(error)
        new = as_row(row["id"], structure, row["provenance"], filters)
        if failure:
            new["dropped"] = f"relaxation failed: {failure}"
        new |= {
            "energy_per_atom": result.energy_per_atom,
            "converged": result.converged,
            "steps": result.steps,
        }
        journal[row["id"]] = new
    return pd.DataFrame([journal.values[name] for name in table["id"]])


def label_copies(
    phases: pd.DataFrame,
    calculator: Calculator,
    filters: Mapping[str, Any],
    copies: Mapping[str, Any],
    seed: int,
) -> pd.DataFrame:
    """Strained and rattled copies of every phase, with the energy of each as it stands.

    `copies` is the section `data.prototypes.copies` of the config. The random numbers of a
    phase depend on `seed` and its id alone. A row a copy; `parent` is the phase's id.
    """
    rows = []
    for row in _progress(phases, "labelled"):
        rng = np.random.default_rng(stable_seed(seed, row["id"]))
        for name, structure in perturbed(to_structure(row), copies, rng):
            provenance = f"{name} copy of {row['id']}"
            new = as_row(f"{row['id']}-{name}", structure, provenance, filters)
            energy = float("nan") if new["dropped"] else static_energy(structure, calculator)
            rows.append(new | {"parent": row["id"], "energy_per_atom": energy})
    # Where none is asked for, the table still has its columns.
    return pd.DataFrame(rows) if rows else phases.head(0).assign(parent=phases["id"].head(0))


def perturbed(
    structure: Structure, copies: Mapping[str, Any], rng: np.random.Generator
) -> Iterator[tuple[str, Structure]]:
    """Yield (name, copy): strained ones, then rattled ones; one atom alone cannot be rattled.

    The components of the symmetric strain are uniform in ±`max_strain`; the displacements are
    Gaussian along each axis, `displacement` Å wide, their mean taken out.
    """
    for number in range(copies["strained"]):
        strain = rng.uniform(-copies["max_strain"], copies["max_strain"], (3, 3))
        copy = structure.copy()
        copy.lattice = structure.lattice.matrix @ (np.eye(3) + (strain + strain.T) / 2)
        yield f"strained{number}", copy
    for number in range(copies["rattled"] if len(structure) > 1 else 0):
        steps = rng.normal(0.0, copies["displacement"], (len(structure), 3))
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


def _progress(table: pd.DataFrame, verb: str) -> Iterator[pd.Series]:
    rows = (row for _, row in table.iterrows())
    yield from tqdm(rows, verb, len(table), mininterval=10, file=sys.stderr)
