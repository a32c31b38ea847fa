"""Bulk moduli of the crystals of a table by a potential: to learn from, or to check others by.

    python benchmarks/bulk_modulus.py TABLE OUTPUT.parquet [--potential chgnet] [--crystals 500]
        [--seed 1]

TABLE is one of the workflow's tables of crystals, such as results/data/structures.parquet or
results/relax/ccdcgan/relaxed.parquet. OUTPUT has the rows that were drawn with the column
`bulk_modulus` (GPa; of Birch and Murnaghan's equation, by matcalc), empty where there is none.
Crystals stand as they come, and atoms keep their places in the cell, which makes the modulus of
some too high, but costs a hundredth.
"""

import argparse
import sys
import warnings
from pathlib import Path

import numpy as np
from matcalc import EOSCalc
from tqdm import tqdm

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "workflow_scripts")]

from ccdcgan.core.settings.potential import PotentialSettings
from ccdcgan.crystals.potential import load_calculator, package_of
from ccdcgan.crystals.table import Crystals

STRAIN, VOLUMES = 0.02, 7
"""The largest strain of an edge, and how many volumes are computed."""
ANY = 1e9
"""eV/Å; no force is larger, so that no atom moves."""


def main() -> None:
    """Write the table and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("table", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--potential", default="7net-0")
    parser.add_argument("--crystals", type=int, help="so many, drawn by lot; else all")
    parser.add_argument("--seed", type=int, default=1)
    told = parser.parse_args()
    crystals = Crystals.read(told.table).with_structure()
    if told.crystals:
        crystals = crystals.sample(told.crystals, told.seed)
    potential = PotentialSettings(name=told.potential, arguments={}, fmax=ANY, max_steps=1)
    task = EOSCalc(
        load_calculator(potential),
        fmax=ANY,
        max_abs_strain=STRAIN,
        n_points=VOLUMES,
        allow_shape_change=False,
        relax_structure=False,
    )
    moduli = []
    for _, structure in tqdm(crystals.items(), total=len(crystals), mininterval=10):
        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                found = task.calc(structure)
        except Exception as error:  # whatever a potential or a fit makes of a bad crystal
            print(f"{structure.formula}: {type(error).__name__}: {error}", file=sys.stderr)
            found = {"bulk_modulus_bm": float("nan"), "r2_score_bm": 0.0}
        fitted = found["r2_score_bm"] >= task.r2_min and found["bulk_modulus_bm"] > 0
        moduli.append(found["bulk_modulus_bm"] if fitted else float("nan"))
    notes = {"potential": told.potential, "package": package_of(told.potential)}
    crystals.assign(bulk_modulus=moduli).write(told.output, notes, {"bulk_modulus": "GPa"})
    known = np.array(moduli)[np.isfinite(moduli)]
    print(
        f"{len(known)} of {len(moduli)} crystals have a bulk modulus by {told.potential} "
        f"({package_of(told.potential)}): {known.mean():.1f} +- "
        f"{known.std(ddof=1) / len(known) ** 0.5:.1f} GPa"
    )


if __name__ == "__main__":
    main()
