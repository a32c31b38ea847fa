"""Time of screening crystals against the structures of the training set.

    python benchmarks/screening.py [--data FILE] [--crystals 10000] [--structures 50000]

Without a file the structures are AFLOW prototypes decorated with random elements. Crystals are
structures of theirs, rattled: every other one a little, so that it is found again; the others so
that it is another crystal of the same composition. Each structure gives several crystals, so that
compositions hold duplicates too. Prints the time on two cores and writes screening.csv.
"""

import argparse
import os
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "workflow_scripts"), str(ROOT / "benchmarks")]

import numpy as np
import pandas as pd
from data import decorated
from pymatgen.core import Lattice, Structure

from ccdcgan.codec.manifest import VALID, Decoded, to_manifest
from ccdcgan.crystals.table import Crystals, shortest_distance
from ccdcgan.data.sources.local import read_local
from ccdcgan.data.sources.records import record, to_table
from ccdcgan.stability.screen import funnel, screen

COPIES = 5
"""Crystals that are made from one structure."""
SMALL, LARGE = 0.05, 1.0
"""Å; standard deviations of the displacements of a near-duplicate and of another crystal."""
STRAIN = 0.02


def structures_of(path: Path | None, count: int) -> Crystals:
    """Return the training structures: of a Parquet file, or decorated prototypes."""
    if path is None:
        rows = decorated(count).itertuples()
        records = (record(r.id, r.lattice, r.species, r.frac_coords, {}, "AFLOW") for r in rows)
        table = to_table(records, [], source="prototypes", energy_scheme="none")
    else:
        id_column = {"id": "material_id"} if "material_id" in pd.read_parquet(path) else {}
        table = read_local(str(path), [], id_column, "none")
    return Crystals(table).kept().sample(count, seed=0).assign(split="train")


def rattled(structure: Structure, width: float, rng: np.random.Generator) -> Structure:
    """Strain the cell of a structure and displace its atoms by `width` (Å), none too close."""
    for _ in range(20):
        strain = np.eye(3) + rng.normal(0, STRAIN, (3, 3))
        lattice = Lattice(structure.lattice.matrix @ strain)
        moves = rng.normal(0, width, (len(structure), 3)) @ lattice.inv_matrix
        crystal = Structure(lattice, structure.species, structure.frac_coords + moves)
        if shortest_distance(crystal) > 0.5:
            break
    return crystal


def crystals_of(structures: Crystals, count: int) -> Crystals:
    """Return crystals in the order of a generator: compositions mixed."""
    rng = np.random.default_rng(0)
    names = list(structures)
    parents = rng.integers(len(names), size=max(1, count // COPIES))
    decoded = []
    for number, parent in enumerate(rng.permutation(np.resize(parents, count))):
        crystal = rattled(structures.structure(names[parent]), (SMALL, LARGE)[number % 2], rng)
        decoded.append(Decoded(VALID, sorted(crystal.symbol_set), crystal))
    return to_manifest("bench", [f"bench-{number:06d}" for number in range(count)], decoded)


def main() -> None:
    """Screen, print and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="Parquet file of the source `local`")
    parser.add_argument("--crystals", type=int, default=10000)
    parser.add_argument("--structures", type=int, default=50000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--output", type=Path, default=ROOT / "results/bench")
    options = parser.parse_args()
    structures = structures_of(options.data, options.structures)
    crystals = crystals_of(structures, options.crystals)
    start = time.perf_counter()
    before = os.times().user
    rows = screen(crystals, structures, processes=options.processes)
    seconds = time.perf_counter() - start
    counts = dict(funnel(rows).itertuples(index=False))
    result = pd.DataFrame(
        [
            {
                "crystals": len(crystals),
                "structures": len(structures),
                "processes": options.processes,
                "unique": counts["unique"],
                "novel": counts["novel"],
                "seconds": round(seconds, 1),
                "cpu_s": round(os.times().user + os.times().children_user - before, 1),
                "crystals_per_s": round(len(crystals) / seconds, 1),
            }
        ]
    )
    options.output.mkdir(parents=True, exist_ok=True)
    result.to_csv(options.output / "screening.csv", index=False)
    print(result.to_string(index=False))


if __name__ == "__main__":
    main()
