"""Formation energies by a potential beside the Materials Project's, without and with corrections.

    python benchmarks/corrections.py [--potential 7net-l3i5] [--compounds 30] [--seed 1]

It draws compounds on the hull from the table of known phases, so many of each kind, and prints by
kind the mean of potential minus DFT, the mean of its magnitude and their standard errors. Crystals
stand as DFT left them; the zero is the lowest structure of each element in the table, by the same
potential.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "workflow_scripts")]

from ccdcgan.core.settings.analysis import Corrections
from ccdcgan.core.settings.potential import PotentialSettings
from ccdcgan.crystals.potential import (
    load_calculator,
    package_of,
    static_energy,
)
from ccdcgan.crystals.table import Crystals
from ccdcgan.stability.known_phases import read_table_of_known
from ccdcgan.stability.phase_energies import formation, static_energies

TABLE = ROOT / "pretrained/known-phases.parquet"
ANIONS = {"oxides": "O", "fluorides": "F", "chlorides": "Cl", "sulphides": "S", "nitrides": "N"}
NONMETALS = {
    *("H", "He", "B", "C", "N", "O", "F", "Ne", "Si", "P", "S", "Cl", "Ar"),
    *("Ge", "As", "Se", "Br", "Kr", "Sb", "Te", "I", "Xe", "At", "Rn"),
}


def kind_of(system: str) -> str:
    """Name the kind of a compound by its one anion of those in `ANIONS`; "" for all others."""
    elements = set(system.split("-"))
    if len(elements) < 2:
        return ""
    if not elements & NONMETALS:
        return "intermetallics"
    if len(elements & NONMETALS) > 1:
        return ""
    return next((kind for kind, symbol in ANIONS.items() if symbol in elements), "")


def main() -> None:
    """Print a row for each kind of compound."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--potential", default="7net-0")
    parser.add_argument("--compounds", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--table", default=TABLE)
    told = parser.parse_args()
    potential = PotentialSettings(name=told.potential, arguments={}, fmax=0.05, max_steps=300)
    rows = pd.read_parquet(told.table, columns=["id", "chemical_system", "energy_above_hull"])
    rows["kind"] = rows["chemical_system"].map(kind_of)
    on_hull = rows[(rows["kind"] != "") & (rows["energy_above_hull"] <= 1e-6)]
    drawn = on_hull.groupby("kind").sample(told.compounds, random_state=told.seed)
    compounds = read_table_of_known(told.table, systems=drawn["chemical_system"])
    elements = compounds.where(~compounds["chemical_system"].str.contains("-"))
    compounds = compounds.take(drawn["id"])
    calculator = load_calculator(potential, energies_only=True)

    def energies(crystals: Crystals) -> pd.Series:
        return static_energies(
            crystals,
            told.table,
            lambda one: static_energy(one, calculator),
            potential.energy_scheme,
            package_of(potential.name),
        )

    zeros = energies(elements).groupby(elements["chemical_system"]).min().to_dict()
    raw = energies(compounds)
    found = pd.DataFrame({"kind": drawn["kind"].to_numpy()})
    dft = compounds["formation_energy_per_atom"].to_numpy(dtype=float)
    ways: dict[str, Corrections] = {"raw": "none", "corrected": "mp2020"}
    for name, corrections in ways.items():
        error = formation(compounds, raw, zeros, corrections) - dft
        found[f"{name}: mean error"], found[f"{name}: MAE"] = error, np.abs(error)
    groups = found.groupby("kind")
    table = groups.mean().round(3).astype(str) + " ± " + groups.sem().round(3).astype(str)
    print(f"{told.potential} ({package_of(told.potential)}), seed {told.seed}, eV/atom")
    print(table.assign(n=groups.size()).to_string())


if __name__ == "__main__":
    main()
