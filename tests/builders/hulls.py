"""Known phases and relaxed crystals with hulls that can be worked out by hand."""

from xml.etree import ElementTree

import pandas as pd
from pymatgen.core import Composition, Lattice, Structure

from ccdcgan.crystals.table import Crystals, atoms_of, from_structure, space_group
from ccdcgan.stability.hull import build_hulls
from ccdcgan.stability.known_phases import KnownPhases
from ccdcgan.stability.outcomes import of_first_graphs


def crystal_of(formula: str) -> Structure:
    """Some crystal of a formula; hulls look at composition and energy alone."""
    symbols = [str(symbol) for symbol, n in Composition(formula).items() for _ in range(round(n))]
    places = [[n / len(symbols), 0, 0] for n in range(len(symbols))]
    return Structure(Lattice.orthorhombic(3 * len(symbols), 3.1, 3.2), symbols, places)


def known_data(energies: dict[str, float]) -> Crystals:
    rows = [
        {
            "id": f"known-{formula}",
            **from_structure(crystal_of(formula)),
            "formation_energy_per_atom": energy,
            "kind": "phase",
        }
        for formula, energy in energies.items()
    ]
    # A hypothetical structure far below the hull must not count as known.
    variant = rows[0] | {"id": "variant", "kind": "copy", "formation_energy_per_atom": -9.0}
    return Crystals(pd.DataFrame([*rows, variant]))


def known_phases(energies: dict[str, float]) -> KnownPhases:
    return KnownPhases(known_data(energies), "7net-0", "7net-0")


def relaxed_rows(variant: str, *found: tuple[str, float | None, str]) -> Crystals:
    """Relaxed crystals: formula, formation energy (None: failed), known phase it became."""
    rows = [
        {
            "id": f"{variant}-{number:06d}",
            "formula": Composition(formula).reduced_formula,
            "chemical_system": Composition(formula).chemical_system,
            "status": "failed: volume" if energy is None else "relaxed",
            "formation_energy_after": energy,
            "delta_formation_energy": None if energy is None else 0.1 * (number + 1),
            "rmsd": None if energy is None else 0.2,
            "duplicate_after": "",
            "matches_after": match,
            "space_group_after": space_group(crystal_of(formula)),
            **atoms_of(None if energy is None else crystal_of(formula)),
        }
        for number, (formula, energy, match) in enumerate(found)
    ]
    kinds = dict.fromkeys(("formation_energy_after", "delta_formation_energy", "rmsd"), float)
    return Crystals(pd.DataFrame(rows).astype(kinds))


# Co, Hf, CoHf at -0.4 span the hull; Co3Hf at -0.1 lies above it, by 0.2 - 0.1 = 0.1.
KNOWN = {"Co": 0.0, "Hf": 0.0, "CoHf": -0.4, "Co3Hf": -0.1}
DCGAN = relaxed_rows("dcgan", ("Co3Hf", -0.25, ""), ("CoHf3", 0.1, ""), ("CoHf", None, ""))
CCDCGAN = relaxed_rows("ccdcgan", ("CoHf", -0.41, "known-CoHf"), ("Cd", -1.0, ""))
SCREENED = {
    "dcgan": Crystals(pd.DataFrame({"id": ["dcgan-000000"], "matches": [""]})),
    "ccdcgan": Crystals(pd.DataFrame({"id": ["ccdcgan-000007"], "matches": ["known-Co3Hf"]})),
}


def hulls(
    known: dict[str, float], system: str = "Co-Hf", stable_below: float = 0.0, graphs: int = 10
):
    relaxations = {"dcgan": DCGAN, "ccdcgan": CCDCGAN}
    relaxations = {name: of_first_graphs(rows, graphs) for name, rows in relaxations.items()}
    screened = {name: of_first_graphs(rows, graphs) for name, rows in SCREENED.items()}
    return build_hulls(
        system, known_phases(known), screened, relaxations, stable_below=stable_below
    )


TERNARY = {"Al": 0.0, "Cr": 0.0, "Mn": 0.0, "AlMn": -0.3, "AlCr": -0.1}


def ternary(system: str, known: dict[str, float]):
    found = relaxed_rows("dcgan", ("Al2CrMn", -0.25, ""), ("CrMn", 0.1, ""))
    rows = pd.DataFrame({"id": ["dcgan-000000"], "matches": ["known-AlMn"]})
    return build_hulls(
        system,
        known_phases(known),
        {"dcgan": Crystals(rows)},
        {"dcgan": found},
        stable_below=0.0,
    )


def svg_text(path) -> str:
    return " ".join(ElementTree.parse(path).getroot().itertext())
