"""Rows and crystals of many graphs for the explorer, made without a run."""

from typing import Any

import numpy as np
import pandas as pd
from pymatgen.core import Composition

from ccdcgan.crystals.table import Crystals
from ccdcgan.report.explorer import explorer_data
from ccdcgan.report.summary import SUMMARY
from ccdcgan.stability.known_phases import KnownPhases

ELEMENTS = ("Mn", "Se")
HOSTILE = "</script><script>window.hacked=1</script><img src=x onerror=window.hacked=1>"
"""A text that would run, were it taken for HTML."""


def run_of(graphs: int, seed: int = 0) -> dict[str, Any]:
    """Make what `explorer_data` takes: two variants of so many graphs each, and the hull of Mn-Se.

    One graph in seven gives no crystal; of the others one in ten is relaxed.
    """
    random = np.random.default_rng(seed)
    summaries, decoded, relaxed, points = {}, [], [], []
    for variant in ("dcgan", "ccdcgan"):
        rows = []
        for number in range(graphs):
            name = f"{variant}-{number:06d}"
            counts = random.integers(1, 5, 2)
            formula = Composition(
                dict(zip(ELEMENTS, map(int, counts), strict=True))
            ).reduced_formula
            row: dict[str, Any] = dict.fromkeys(SUMMARY) | {
                "id": name,
                "variant": variant,
                "composition_asked": formula,
                "chemical_system": "Mn-Se",
                "reached": "graph",
                "dropped": "atoms too close",
                "predicted_formation_energy_per_atom": round(float(random.normal(-0.2, 0.2)), 4),
            }
            if number % 7:
                atoms = int(counts.sum())
                crystal = {
                    "id": name,
                    "lattice": (np.diag(random.uniform(3, 8, 3)) + 0.1).ravel().tolist(),
                    "species": [s for s, n in zip(ELEMENTS, counts, strict=True) for _ in range(n)],
                    "frac_coords": random.random(3 * atoms).tolist(),
                }
                decoded.append(crystal)
                row |= {
                    "formula": formula,
                    "num_sites": atoms,
                    "space_group_before": int(random.integers(1, 231)),
                    "reached": "novel",
                    "dropped": "not drawn for relaxation",
                }
                if number % 10 == 1:
                    above = round(float(random.exponential(0.2)) - 0.02, 4)
                    relaxed.append(crystal)
                    row |= {
                        "space_group_after": int(random.integers(1, 231)),
                        "formation_energy_before": round(above + 0.3, 4),
                        "formation_energy_after": round(above - 0.2, 4),
                        "delta_formation_energy": 0.5,
                        "e_above_known_hull": above,
                        "e_above_redefined_hull": max(above, 0.0),
                        "reached": "stable" if above <= 0 else "relaxed",
                        "dropped": ""
                        if above <= 0
                        else f"{above:.3f} eV/atom above the known hull",
                    }
                    points.append(point(name, variant, formula, above - 0.2, above))
            rows.append(row)
        summaries[variant] = pd.DataFrame(rows)
        text = summaries[variant].columns.difference(
            [c for c in summaries[variant] if summaries[variant][c].dtype != object]
        )
        summaries[variant][text] = summaries[variant][text].astype(object).fillna("")
    known = [("Mn", 0.0, "Mn-1"), ("Se", 0.0, "Se-1"), ("MnSe", -0.4, "MnSe-1")]
    points += [point(name, "known", formula, energy, 0.0) for formula, energy, name in known]
    phases = Crystals(
        pd.DataFrame(
            {
                "id": name,
                "formula": formula,
                "chemical_system": Composition(formula).chemical_system,
                "num_sites": len(Composition(formula)),
                "lattice": [4.0, 0, 0, 0, 4.0, 0, 0, 0, 4.0],
                "species": sorted(map(str, Composition(formula))),
                "frac_coords": np.linspace(0, 0.5, 3 * len(Composition(formula))).tolist(),
            }
            for formula, _, name in known
        )
    )
    return {
        "summaries": summaries,
        "decoded": Crystals(pd.DataFrame(decoded)),
        "relaxed": Crystals(pd.DataFrame(relaxed)),
        "hulls": {"Mn-Se": pd.DataFrame(points)},
        "phases": KnownPhases(phases, "7net-0", "7net-0", "7net-0 (sevenn 0.13.0)"),
    }


def point(name: str, source: str, formula: str, energy: float, above: float) -> dict[str, Any]:
    """Make a row of `hull.csv`; energies in eV/atom."""
    composition = Composition(formula)
    return {
        "id": name,
        "source": source,
        "formula": formula,
        **{f"x_{symbol}": composition.get_atomic_fraction(symbol) for symbol in ELEMENTS},
        "formation_energy": energy,
        "e_above_known_hull": above,
        "e_above_redefined_hull": max(above, 0.0),
        "space_group": 225,
        "found_by": "ccdcgan" if name == "MnSe-1" else "",
        "decomposition_known": "1.000 MnSe",
        "stable": above <= 0,
        "on_redefined_hull": above <= 0,
        "matches": "",
    }


def page_data(graphs: int) -> dict[str, Any]:
    """Make the data of a page of so many graphs of each of two variants."""
    return explorer_data(**run_of(graphs))
