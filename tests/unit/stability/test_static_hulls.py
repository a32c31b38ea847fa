"""Crystals as they stand above hulls of known phases, with ASE's fast EMT potential."""

import numpy as np
import pandas as pd
import pytest
from ase.calculators.emt import EMT
from pymatgen.core import Lattice, Structure

from builders.known_phases import PHASES
from ccdcgan.core.errors import InputError
from ccdcgan.crystals.compact import pack, write_compact
from ccdcgan.crystals.potential import Calculators, static_energy
from ccdcgan.crystals.table import Crystals
from ccdcgan.stability.static_hulls import above_static_hulls

NAMES = ("au", "cu", "aucu3")
B2 = Structure(Lattice.cubic(3.05), ["Au", "Cu"], [[0, 0, 0], [0.5, 0.5, 0.5]])
ENERGY = Calculators(EMT()).energy
POTENTIAL = {"scheme": "emt", "version": "ase", "corrections": "none"}


def table(folder, **changes):
    rows = [
        {"id": name, **pack(PHASES[name][0]), "formation_energy_per_atom": PHASES[name][1]}
        for name in NAMES
    ]
    write_compact(folder / "known.parquet", pd.DataFrame(rows).assign(**changes), {})
    return folder / "known.parquet"


def test_a_crystal_is_measured_by_one_potential_alone(tmp_path):
    made = Crystals.of_structures({"b2": B2})
    found = above_static_hulls(made, table(tmp_path), ENERGY, **POTENTIAL)
    energy = {name: static_energy(PHASES[name][0], EMT()) for name in NAMES}
    # AuCu is two thirds of AuCu3 and one third of Au, of the atoms.
    low = 2 / 3 * energy["aucu3"] + 1 / 3 * energy["au"]
    apart = 0.5 * (energy["au"] + energy["cu"])
    expected = static_energy(B2, EMT()) - min(low, apart)
    assert found["e_above_hull"].tolist() == pytest.approx([expected], abs=1e-6)
    assert found["status"].tolist() == ["static"] and found["rmsd"].isna().all()


def test_a_crystal_that_the_potential_does_not_know_has_no_energy(tmp_path):
    made = Crystals.of_structures({"b2": B2, "zinc": Structure(B2.lattice, ["Zn"], [[0, 0, 0]])})
    found = above_static_hulls(made, table(tmp_path), ENERGY, **POTENTIAL).set_index("id")
    assert np.isfinite(found.loc["b2", "e_above_hull"])
    assert np.isnan(found.loc["zinc", "e_above_hull"])
    assert found.loc["zinc", "status"].startswith("failed")


def test_a_table_without_dft_energies_is_one_line(tmp_path):
    path = table(tmp_path)
    frame = pd.read_parquet(path).drop(columns="formation_energy_per_atom")
    write_compact(path, frame, {})
    with pytest.raises(InputError, match="no column formation_energy_per_atom"):
        above_static_hulls(Crystals.of_structures({"b2": B2}), path, ENERGY, **POTENTIAL)
