"""Relaxations and energies by a real potential (CHGNet, the faster one to load)."""

import math

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from ccdcgan.errors import InputError
from ccdcgan.labelling import label_variants, perturbed, relax_candidates
from ccdcgan.potential import load_calculator, relax, static_energy
from ccdcgan.structures import from_structure, to_structure

FILTERS = {
    "max_sites": 20,
    "max_length": 10.0,
    "min_distance": 0.5,
    "max_energy": 1.0,
    "elements": [],
    "exclude": [],
}
VARIANTS = {"strained": 2, "rattled": 2, "max_strain": 0.05, "displacement": 0.08}
CDLI = Structure(Lattice.cubic(3.1), ["Cd", "Li"], [[0, 0, 0], [0.5, 0.5, 0.5]])
LITHIUM = Structure(Lattice.from_parameters(3.0, 3.0, 3.0, *[109.4712] * 3), ["Li"], [[0, 0, 0]])
CADMIUM = Structure(
    Lattice.hexagonal(3.0, 5.6), ["Cd", "Cd"], [[1 / 3, 2 / 3, 0.25], [2 / 3, 1 / 3, 0.75]]
)


@pytest.fixture(scope="module", params=["chgnet", "7net-0"])
def calculator(request):
    return load_calculator(request.param)


def table(*structures):
    import pandas as pd

    rows = [
        {"id": f"s{n}", "provenance": "test", **from_structure(s)} for n, s in enumerate(structures)
    ]
    return pd.DataFrame(rows)


def test_formation_energy_of_cdli_is_near_dft(calculator):
    energies = {}
    for name, structure in (("CdLi", CDLI), ("Li", LITHIUM), ("Cd", CADMIUM)):
        result = relax(structure, calculator, fmax=0.05, max_steps=100)
        assert result.failure is None and result.converged and 0 < result.steps < 100
        energies[name] = result.energy_per_atom
        if name == "CdLi":  # experiment: a = 3.32 Å
            assert np.allclose(result.structure.lattice.abc, 3.32, atol=0.07)
    formation = energies["CdLi"] - (energies["Cd"] + energies["Li"]) / 2
    assert -0.35 < formation < -0.20  # PBE: -0.25 eV/atom


def test_relaxation_lowers_the_energy_to_the_static_one(calculator):
    before = static_energy(CDLI, calculator)
    result = relax(CDLI, calculator, fmax=0.05, max_steps=100)
    assert result.energy_per_atom < before
    assert static_energy(result.structure, calculator) == pytest.approx(
        result.energy_per_atom, abs=1e-4
    )


def test_relaxation_out_of_steps_is_not_converged(calculator):
    result = relax(CDLI, calculator, fmax=1e-4, max_steps=1)
    assert not result.converged and result.failure is None and result.steps == 1


def test_bad_structures_fail_without_raising(calculator):
    squeezed = Structure(Lattice.cubic(0.3), ["Cd"], [[0, 0, 0]])
    nowhere = Structure(Lattice.cubic(4.0), ["Cd", "Li"], [[0, 0, 0], [np.nan, 0, 0]])
    for structure in (squeezed, nowhere):
        result = relax(structure, calculator, fmax=0.1, max_steps=5)
        assert result.failure and not result.converged
        assert result.structure is structure
        assert math.isnan(result.energy_per_atom)
    assert math.isnan(static_energy(nowhere, calculator))


def test_collapse_is_a_failure(calculator, monkeypatch):
    monkeypatch.setattr("ccdcgan.potential.MAX_VOLUME_RATIO", 1.01)
    result = relax(CDLI, calculator, fmax=0.05, max_steps=50)
    assert result.failure.startswith("volume changed by a factor of 1.")
    assert result.steps > 0


def test_unknown_potential_names_the_choices():
    with pytest.raises(InputError, match="7net-0 or chgnet"):
        load_calculator("lennard-jones")


def test_table_of_candidates_keeps_failures_as_rows(calculator):
    bad = Structure(Lattice.cubic(4.0), ["Cd", "Li"], [[0, 0, 0], [0, 0, 0]])
    rows = relax_candidates(table(CDLI, bad), calculator, FILTERS, fmax=0.1, max_steps=30)
    assert list(rows["id"]) == ["s0", "s1"]
    assert rows["dropped"][0] == "" and rows["converged"][0]
    assert rows["dropped"][1].startswith("relaxation failed: ")


def test_variants_depend_on_seed_and_parent_alone(calculator):
    both = label_variants(table(CDLI, LITHIUM), calculator, FILTERS, VARIANTS, seed=3)
    # Two strained and two rattled of CdLi; one atom alone cannot be rattled.
    assert list(both["parent"]) == ["s0"] * 4 + ["s1"] * 2
    assert both["id"].is_unique and (both["dropped"] == "").all()
    alone = label_variants(table(CDLI, LITHIUM).tail(1), calculator, FILTERS, VARIANTS, seed=3)
    assert alone["energy_per_atom"].tolist() == pytest.approx(both["energy_per_atom"].tolist()[4:])
    other = label_variants(table(LITHIUM), calculator, FILTERS, VARIANTS, seed=4)
    assert not np.allclose(other["lattice"][0], to_structure(alone.iloc[0]).lattice.matrix.ravel())


def test_perturbed_stay_within_what_was_asked_for():
    names, copies = zip(*perturbed(CDLI, VARIANTS, np.random.default_rng(0)), strict=True)
    assert names == ("strained0", "strained1", "rattled0", "rattled1")
    for copy in copies[:2]:
        strain = copy.lattice.matrix / CDLI.lattice.a - np.eye(3)
        assert 0 < abs(strain).max() <= VARIANTS["max_strain"]
        assert np.allclose(strain, strain.T)
        assert np.allclose(copy.frac_coords, CDLI.frac_coords)
    for copy in copies[2:]:
        assert copy.lattice == CDLI.lattice
        steps = copy.cart_coords - CDLI.cart_coords
        assert np.allclose(steps.mean(axis=0), 0) and 0 < abs(steps).max() < 0.5
