"""Crystals a second by SevenNet, one by one beside batches of several in one call of the network.

    python benchmarks/relaxation.py [--potential 7net-l3i5] [--device cuda] [--threads 2]
        [--crystals 32] [--relaxed 16] [--batches 4 8 16]

Crystals are known phases of 2 to 12 atoms, drawn by `--seed`, their cells 3% longer and their atoms
displaced by 0.1 Å. First energies, forces and stress of all of them as they stand, then
relaxations of some: by ASE as in the workflow, and by the same steps of the same optimiser for all
crystals of a batch, in which the next one takes the place of a finished one. The ways take turns,
`ROUNDS` times; the median is printed, with the largest difference of energies. Time is CPU time on
one thread, which other programs do not change much, and wall time otherwise.
"""

import argparse
import os
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "workflow_scripts")]

import numpy as np
import torch
from ase import Atoms
from ase.calculators.calculator import Calculator
from ase.filters import FrechetCellFilter
from pymatgen.core import Structure
from sevenn import _keys as keys
from sevenn.atom_graph_data import AtomGraphData
from sevenn.train.dataload import unlabeled_atoms_to_graph
from torch_geometric.data import Batch

from ccdcgan.core.settings.potential import PotentialSettings
from ccdcgan.crystals.potential import OPTIMIZER, SEVENNET, load_calculator, package_of, relax
from ccdcgan.stability.known_phases import read_table_of_known

TABLE = ROOT / "pretrained/known-phases.parquet"
SIZES = 2, 12
"""Atoms of a crystal."""
STRETCH, WIDTH = 1.03, 0.1
"""Factor of the lattice vectors; standard deviation of the displacements in Å."""
FMAX, MAX_STEPS = 0.05, 300
"""eV/Å and steps at which a relaxation ends."""
ROUNDS = 3
VOIGT = [0, 1, 2, 4, 5, 3]
"""Places of xx, yy, zz, yz, xz and xy among SevenNet's components of the stress."""


class Stored(Calculator):
    """Gives what a batch has computed for the atoms as they stand now."""

    implemented_properties = ["energy", "forces", "stress"]  # noqa: RUF012 (as ASE has it)

    def calculate(self, *_: Any, **__: Any) -> None:
        """Refuse: the optimiser moved the atoms and no batch was computed since."""
        raise RuntimeError("energies were asked for before the batch was computed")

    def store(self, atoms: Atoms, **results: Any) -> None:
        """Keep the results of a batch for some atoms."""
        self.atoms, self.results = atoms.copy(), results


def crystals_of(count: int, seed: int) -> list[Structure]:
    """Draw known phases and disturb them."""
    rng = np.random.default_rng(seed)
    phases = read_table_of_known(TABLE)
    sizes = phases["species"].map(len)
    names = list(phases.where((sizes >= SIZES[0]) & (sizes <= SIZES[1])))
    drawn = [names[row] for row in rng.choice(len(names), count, replace=False)]
    crystals = []
    for _, phase in phases.take(drawn).items():
        crystal = Structure(phase.lattice.matrix * STRETCH, phase.species, phase.frac_coords)
        moved = crystal.cart_coords + rng.normal(0, WIDTH, (len(crystal), 3))
        crystals.append(
            Structure(crystal.lattice, crystal.species, moved, coords_are_cartesian=True)
        )
    return crystals


def evaluate(calculator: Any, batch: Sequence[Atoms]) -> Iterator[dict[str, Any]]:
    """Compute energy (eV), forces (eV/Å) and stress (eV/Å³) of all crystals in one call."""
    graphs = [
        AtomGraphData.from_numpy_dict(unlabeled_atoms_to_graph(atoms, calculator.cutoff))
        for atoms in batch
    ]
    calculator.model.set_is_batch_data(True)
    found = calculator.model(Batch.from_data_list(graphs).to(calculator.device))
    calculator.model.set_is_batch_data(False)
    energies, forces, stresses = (
        found[key].detach().cpu().numpy()
        for key in (keys.PRED_TOTAL_ENERGY, keys.PRED_FORCE, keys.PRED_STRESS)
    )
    ends = np.cumsum([len(atoms) for atoms in batch])[:-1]
    for energy, force, stress in zip(
        energies.ravel(), np.split(forces, ends), stresses, strict=True
    ):
        yield {"energy": float(energy), "forces": force, "stress": -stress[VOIGT]}


def static(calculator: Calculator, crystals: Sequence[Structure], size: int) -> list[float]:
    """Compute the energies (eV/atom) with forces and stress; size 1: by ASE, one by one."""
    made = [crystal.to_ase_atoms() for crystal in crystals]
    if size > 1:
        parts = (made[start : start + size] for start in range(0, len(made), size))
        found = [results["energy"] for part in parts for results in evaluate(calculator, part)]
        return [energy / len(atoms) for energy, atoms in zip(found, made, strict=True)]
    for atoms in made:
        atoms.calc = calculator
        calculator.calculate(atoms)
        atoms.info["energy"] = float(calculator.results["energy"])
    return [atoms.info["energy"] / len(atoms) for atoms in made]


def relaxed(calculator: Calculator, crystals: Sequence[Structure], size: int) -> list[float]:
    """Relax crystals and give their energies (eV/atom); size 1: as the workflow does."""
    if size == 1:
        told: dict[str, Any] = {"fmax": FMAX, "max_steps": MAX_STEPS}
        return [relax(crystal, calculator, **told).energy_per_atom for crystal in crystals]
    energies = [float("nan")] * len(crystals)
    waiting = list(enumerate(crystals))[::-1]
    going: dict[int, Any] = {}
    while waiting or going:
        while waiting and len(going) < size:
            number, crystal = waiting.pop()
            atoms = crystal.to_ase_atoms()
            atoms.calc = Stored()
            going[number] = OPTIMIZER(FrechetCellFilter(atoms), logfile=None)  # type: ignore[arg-type]
        batch = [optimizer.atoms.atoms for optimizer in going.values()]
        for atoms, results in zip(batch, evaluate(calculator, batch), strict=True):
            atoms.calc.store(atoms, **results)
        for number, optimizer in list(going.items()):
            atoms = optimizer.atoms.atoms
            energies[number] = atoms.calc.results["energy"] / len(atoms)
            largest = np.linalg.norm(optimizer.atoms.get_forces(), axis=1).max()
            if largest < FMAX or optimizer.nsteps >= MAX_STEPS:
                del going[number]
            else:
                optimizer.step()
                optimizer.nsteps += 1
    return energies


def compare(
    title: str,
    work: Callable[[Calculator, Sequence[Structure], int], list[float]],
    calculator: Calculator,
    crystals: Sequence[Structure],
    sizes: Sequence[int],
    clock: Callable[[], float],
) -> None:
    """Time the ways in turns and print a row for each; clock: gives seconds."""
    seconds: dict[int, list[float]] = {size: [] for size in sizes}
    energies = {}
    for _ in range(ROUNDS):
        for size in sizes:
            start = clock()
            energies[size] = work(calculator, crystals, size)
            seconds[size].append(clock() - start)
    alone = np.array(energies[1])
    print(f"\n{title}\n\n| in one call | a second | ratio | largest difference, meV/atom |")
    print("| --- | --- | --- | --- |")
    for size in sizes:
        median = float(np.median(seconds[size]))
        ratio = float(np.median(seconds[1])) / median
        change = 1000 * np.nanmax(np.abs(np.array(energies[size]) - alone))
        print(f"| {size} | {len(crystals) / median:.2f} | {ratio:.2f} | {change:.2g} |")


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--potential", choices=SEVENNET, default="7net-0")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--crystals", type=int, default=32)
    parser.add_argument("--relaxed", type=int, default=16)
    parser.add_argument("--batches", type=int, nargs="+", default=[4, 8, 16])
    parser.add_argument("--seed", type=int, default=1)
    told = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = str(told.threads)
    warnings.simplefilter("ignore")
    settings = PotentialSettings(
        name=told.potential, arguments={"device": told.device}, fmax=FMAX, max_steps=MAX_STEPS
    )
    calculator = load_calculator(settings)
    crystals = crystals_of(told.crystals, told.seed)
    atoms = sum(map(len, crystals))
    print(
        f"{told.potential} ({package_of(told.potential)}, torch {torch.__version__}), "
        f"{told.device}, {told.threads} threads; {len(crystals)} crystals, {atoms} atoms"
    )
    for size in (1, *told.batches):  # what is compiled at the first calls
        for _ in range(2):
            static(calculator, crystals[: min(size, 8)], size)
    sizes = [1, *told.batches]
    alone = told.device == "cpu" and told.threads == 1
    clock = time.process_time if alone else time.perf_counter
    compare("Energies, forces, stress", static, calculator, crystals, sizes, clock)
    compare("Relaxations", relaxed, calculator, crystals[: told.relaxed], sizes, clock)


if __name__ == "__main__":
    main()
