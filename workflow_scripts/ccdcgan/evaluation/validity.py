"""Is a crystal valid? The checks of LeMat-GenBench, one by one."""

from typing import Any

import numpy as np
from pymatgen.core import Structure
from pymatgen.io.cif import CifWriter
from pymatgen.symmetry.analyzer import SpacegroupAnalyzer, SymmetryUndeterminedError

from ccdcgan.evaluation.charges import TOLERANCE, charge

MARGIN = 0.7
"""Å that LeMat-GenBench adds to the sum of two radii before it takes the half."""
RADIUS = 1.0
"""Å; of an element without an atomic radius."""
ATOMS_PER_VOLUME = (1e-5, 0.5)
"""Atoms/Å³, from and to."""
DENSITY = (0.01, 25.0)
"""g/cm³, from and to."""
EDGE = (1.0, 100.0)
"""Å; the length of a cell edge, from and to."""
MIN_VOLUME = 1.0
"""Å³; a cell is larger."""
CHECKS = ("charge_neutral", "distances", "plausible")
"""What a valid crystal passes."""


def check(structure: Structure) -> dict[str, Any]:
    """Say of a crystal which checks it passes, as LeMat-GenBench checks it.

    `OverallValidityMetric` (Betala et al., arXiv:2512.04562; github.com/LeMaterial/lemat-genbench,
    metrics/validity_metrics.py at 5bab2cd, with the thresholds of its
    config/comprehensive_multi_mlip_hull.yaml). Columns: `charge_neutral` and, as `charges`, the
    step that decided (see `charge`); `distances`; `half_radii`, which is no part of `valid`;
    `plausible` and, as `implausible`, what is not; `valid`.
    """
    deviation, step = charge(structure)
    faults = implausible(structure)
    found = {
        "charge_neutral": deviation <= TOLERANCE,
        "charges": step,
        "distances": apart(structure, MARGIN),
        "half_radii": apart(structure, 0.0),
        "plausible": not faults,
        "implausible": ", ".join(faults),
    }
    return {**found, "valid": all(found[name] for name in CHECKS)}


def apart(structure: Structure, margin: float) -> bool:
    """Say whether any two atoms are apart by half of the sum of their radii and a margin (Å).

    Radii are pymatgen's `atomic_radius` (Slater, J. Chem. Phys. 41, 3199 (1964)), 1 Å for elements
    without one. As in LeMat-GenBench (`MinimumInteratomicDistanceMetric`), atoms are compared with
    the nearest image of each other atom of the cell, and with no image of their own: a crystal of
    one atom passes whatever its cell. LeMat-GenBench describes the distance as half the sum of the
    radii, and asks for 0.35 Å more (`MARGIN` / 2).
    """
    radii = np.array([float(site.specie.atomic_radius or RADIUS) for site in structure])
    least = (radii[:, None] + radii[None, :] + margin) / 2
    pairs = np.triu_indices(len(structure), 1)
    return bool((structure.distance_matrix[pairs] >= least[pairs]).all())


def implausible(structure: Structure) -> list[str]:
    """Name what is not plausible about a crystal: of `PhysicalPlausibilityMetric`, all five checks.

    `mass density` (0.01 to 25 g/cm³), `number density` (1e-5 to 0.5 atoms/Å³), `cell` (edges of 1
    to 100 Å, more than 1 Å³), `CIF` (cannot be written), `symmetry` (no space group within 0.01 Å).
    """
    lattice = structure.lattice
    passed = {
        "mass density": DENSITY[0] <= float(structure.density) <= DENSITY[1],
        "number density": ATOMS_PER_VOLUME[0]
        <= len(structure) / lattice.volume
        <= ATOMS_PER_VOLUME[1],
        "cell": lattice.volume > MIN_VOLUME
        and all(EDGE[0] <= edge <= EDGE[1] for edge in lattice.abc)
        and all(0 < angle < 180 for angle in lattice.angles),
        "CIF": _writable(structure),
        "symmetry": _symmetric(structure),
    }
    return [name for name, passes in passed.items() if not passes]


def _writable(structure: Structure) -> bool:
    try:
        return bool(str(CifWriter(structure)))
    except (ValueError, TypeError):
        return False


def _symmetric(structure: Structure) -> bool:
    try:
        return 1 <= SpacegroupAnalyzer(structure).get_space_group_number() <= 230
    except (SymmetryUndeterminedError, ValueError, TypeError):
        return False
