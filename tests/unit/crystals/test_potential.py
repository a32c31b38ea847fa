"""Relaxations and energies by real potentials."""

import math
import sys
from importlib.metadata import version

import numpy as np
import pytest
from ase.calculators.emt import EMT
from pymatgen.core import Lattice, Structure

from builders.potential import CDLI, LITHIUM
from builders.settings import SECTIONS, changed
from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.potential import PotentialSettings
from ccdcgan.crystals.potential import (
    Calculators,
    load_calculator,
    load_calculators,
    package_of,
    relax,
    relax_in_turn,
    static_energy,
)

CADMIUM = Structure(
    Lattice.hexagonal(3.0, 5.6), ["Cd", "Cd"], [[1 / 3, 2 / 3, 0.25], [2 / 3, 1 / 3, 0.75]]
)


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
    with pytest.raises(InputError, match=r"'lennard:jones' leads to no calculator .* 7net-0"):
        load_calculator(changed(SECTIONS.potential, name="lennard:jones"))


def test_any_calculator_of_ase_is_a_potential():
    arguments = {"epsilon": 0.1, "sigma": 2.5, "rc": 15.0}
    name = "ase.calculators.lj:LennardJones"
    calculator = load_calculator(changed(SECTIONS.potential, name=name, arguments=arguments))
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
    assert isinstance(load_calculator(changed(SECTIONS.potential, name="mine:make")), EMT)


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
        load_calculator(changed(SECTIONS.potential, name=name, arguments=arguments))
    assert "\n" not in str(caught.value)


def test_the_package_of_a_potential_has_a_version():
    assert package_of("7net-0") == f"sevenn {version('sevenn')}"
    assert package_of("ase.calculators.emt:EMT") == f"ase {version('ase')}"
    assert package_of("mine:make") == ""


def test_energies_alone_are_those_with_forces():
    settings = PotentialSettings(name="7net-0", arguments={}, fmax=0.05, max_steps=10)
    quick, whole = load_calculator(settings, energies_only=True), load_calculator(settings)
    for structure in (CDLI, CADMIUM):
        energy = static_energy(structure, whole)
        assert static_energy(structure, quick) == pytest.approx(energy, abs=1e-6)


def test_symmetry_is_kept_where_it_is_asked_for():
    # Simple cubic copper is no minimum: sheared within the tolerance, it falls into another.
    sheared = Structure(Lattice.from_parameters(2.4, 2.4, 2.4, 90.1, 90, 90), ["Cu"], [[0, 0, 0]])
    kept = relax(sheared, EMT(), fmax=1e-4, max_steps=300, keep_symmetry=True)
    free = relax(sheared, EMT(), fmax=1e-4, max_steps=300)
    assert kept.converged and free.converged
    assert max(abs(angle - 90) for angle in kept.structure.lattice.angles) < 0.5
    assert free.energy_per_atom < kept.energy_per_atom - 0.05


class Counted(EMT):
    calls = 0

    def calculate(self, *args, **kwargs):
        Counted.calls += 1
        super().calculate(*args, **kwargs)


def test_a_cheaper_potential_goes_before_that_of_the_energies():
    strained = Structure(
        Lattice.cubic(3.9), ["Cu"] * 4, [[0, 0, 0], [0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]]
    )
    told = {"fmax": 0.02, "max_steps": 100}
    alone = relax_in_turn(strained, Calculators(EMT()), **told)
    Counted.calls = 0
    both = relax_in_turn(strained, Calculators(Counted(), first=EMT()), **told)
    assert both.converged and both.energy_per_atom == pytest.approx(alone.energy_per_atom, abs=1e-4)
    assert Counted.calls <= 3 < alone.steps  # it began where the other one ended
    made = load_calculators(
        PotentialSettings(name="ase.calculators.emt:EMT", arguments={}, fmax=0.1, max_steps=1), None
    )
    assert made.first is None and isinstance(made.last, EMT)
