"""Relaxations and energies by a real potential (CHGNet, the faster one to load)."""

import math
import sys
from importlib.metadata import version

import numpy as np
import pytest
from ase.calculators.emt import EMT
from pymatgen.core import Lattice, Structure

from ccdcgan.core.errors import InputError
from ccdcgan.core.journal import Journal
from ccdcgan.crystals.potential import load_calculator, package_of, relax, static_energy
from ccdcgan.crystals.table import from_structure, read_structures, to_structure, write_structures
from ccdcgan.data.labelling import label_copies, perturbed, relax_candidates

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
    return load_calculator({"name": request.param})


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
    monkeypatch.setattr("ccdcgan.crystals.potential.MAX_VOLUME_RATIO", 1.01)
    result = relax(CDLI, calculator, fmax=0.05, max_steps=50)
    assert result.failure.startswith("volume changed by a factor of 1.")
    assert result.steps > 0


def test_unknown_potential_names_the_choices():
    with pytest.raises(InputError, match=r"'lennard-jones' leads to no calculator .* 7net-0"):
        load_calculator({"name": "lennard-jones"})


def test_any_calculator_of_ase_is_a_potential():
    arguments = {"epsilon": 0.1, "sigma": 2.5, "rc": 15.0}
    calculator = load_calculator(
        {"name": "ase.calculators.lj:LennardJones", "arguments": arguments}
    )
    argon = Structure(
        Lattice.cubic(4.0), ["Ar"] * 4, [[0, 0, 0], [0.5, 0.5, 0], [0.5, 0, 0.5], [0, 0.5, 0.5]]
    )
    result = relax(argon, calculator, fmax=0.001, max_steps=100)
    # The f.c.c. crystal of Lennard-Jones atoms: 8.61 ε, nearest neighbours at 1.09 σ.
    assert result.converged and result.energy_per_atom == pytest.approx(-0.861, abs=0.02)
    assert result.structure.lattice.a == pytest.approx(1.09 * 2.5 * np.sqrt(2), rel=0.01)


def test_a_function_in_the_working_directory_makes_a_potential(tmp_path, monkeypatch):
    (tmp_path / "mine.py").write_text(
        "from ase.calculators.emt import EMT\ndef make(): return EMT()\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.path", [*sys.path])
    assert isinstance(load_calculator({"name": "mine:make"}), EMT)


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("ase.calculators.emt:EMD", {}, "config potential.name: .*EMD.* leads to no calculator"),
        ("ase.calculators.emd:EMT", {}, "config potential.name: .*No module named"),
        ("ase.build:bulk", {"name": "Cu"}, "bulk gives a Atoms, no ASE calculator"),
        ("ase.build:bulk", {"size": 3}, "config potential.arguments: ase.build:bulk does not take"),
    ],
)
def test_a_wrong_path_or_argument_is_one_line(name, arguments, words):
    with pytest.raises(InputError, match=words) as caught:
        load_calculator({"name": name, "arguments": arguments})
    assert "\n" not in str(caught.value)


def test_the_package_of_a_potential_has_a_version():
    assert package_of("7net-0") == f"sevenn {version('sevenn')}"
    assert package_of("ase.calculators.emt:EMT") == f"ase {version('ase')}"
    assert package_of("mine:make") == ""


def test_table_of_candidates_keeps_failures_as_rows(calculator, tmp_path):
    bad = Structure(Lattice.cubic(4.0), ["Cd", "Li"], [[0, 0, 0], [0, 0, 0]])
    journal = Journal(tmp_path / "journal", {})
    rows = relax_candidates(table(CDLI, bad), calculator, FILTERS, journal, fmax=0.1, max_steps=30)
    assert list(rows["id"]) == ["s0", "s1"]
    assert rows["dropped"][0] == "" and rows["converged"][0]
    assert rows["dropped"][1].startswith("relaxation failed: ")


def test_variants_depend_on_seed_and_parent_alone(calculator):
    both = label_copies(table(CDLI, LITHIUM), calculator, FILTERS, VARIANTS, seed=3)
    # Two strained and two rattled of CdLi; one atom alone cannot be rattled.
    assert list(both["parent"]) == ["s0"] * 4 + ["s1"] * 2
    assert both["id"].is_unique and (both["dropped"] == "").all()
    alone = label_copies(table(CDLI, LITHIUM).tail(1), calculator, FILTERS, VARIANTS, seed=3)
    assert alone["energy_per_atom"].tolist() == pytest.approx(both["energy_per_atom"].tolist()[4:])
    other = label_copies(table(LITHIUM), calculator, FILTERS, VARIANTS, seed=4)
    assert not np.allclose(other["lattice"][0], to_structure(alone.iloc[0]).lattice.matrix.ravel())


def test_no_variants_are_a_table_that_can_be_read_again(calculator, tmp_path):
    none = {**VARIANTS, "strained": 0, "rattled": 0}
    empty = label_copies(table(CDLI), calculator, FILTERS, none, seed=3)
    assert empty.empty and "parent" in empty
    write_structures(tmp_path / "variants.parquet", empty, {})
    assert read_structures(tmp_path / "variants.parquet").empty


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
