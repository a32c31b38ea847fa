"""The Materials Project's corrections, beside pymatgen's own entries and its published numbers."""

import pytest
from pymatgen.core import Composition, Lattice, Structure
from pymatgen.entries.compatibility import MaterialsProject2020Compatibility
from pymatgen.entries.computed_entries import ComputedStructureEntry

from ccdcgan.crystals.corrections import (
    correction,
    hubbard_values,
    mp2020_correction,
    uses_hubbard,
)


def rock_salt(cation: str, anion: str, length: float) -> Structure:
    return Structure.from_spacegroup(
        "Fm-3m", Lattice.cubic(length), [cation, anion], [[0, 0, 0], [0.5, 0.5, 0.5]]
    ).get_primitive_structure()


def test_the_metals_of_oxides_and_fluorides_have_a_hubbard_u():
    assert hubbard_values(Composition("Fe2O3")) == {"Fe": 5.3}
    assert hubbard_values(Composition("LiCoO2")) == {"Co": 3.32}
    assert hubbard_values(Composition("CoF2")) == {"Co": 3.32}
    assert uses_hubbard(Composition("MnO"))


@pytest.mark.parametrize("formula", ["MnSe2", "Co", "FeS", "Li2O", "Ni3N", "CoHf"])
def test_all_other_compositions_have_none(formula):
    assert hubbard_values(Composition(formula)) == {}
    assert not uses_hubbard(Composition(formula))


@pytest.mark.parametrize(
    ("cation", "anion", "length"),
    [
        ("Mn", "O", 4.44),
        ("Mg", "O", 4.21),
        ("Na", "Cl", 5.64),
        ("Mn", "Se", 5.46),
        ("Ti", "N", 4.2),
    ],
)
def test_it_is_the_correction_of_an_entry_that_pymatgen_processes(cation, anion, length):
    crystal = rock_salt(cation, anion, length)
    values = hubbard_values(crystal.composition)
    entry = ComputedStructureEntry(
        crystal,
        -12.0,
        parameters={"run_type": "GGA+U" if values else "GGA", "hubbards": values},
    )
    scheme = MaterialsProject2020Compatibility(check_potcar=False)
    corrected = scheme.process_entry(entry)
    assert corrected is not None
    expected = (corrected.energy - -12.0) / len(crystal)
    assert mp2020_correction(crystal) == pytest.approx(expected)
    assert expected < -0.05


def test_oxide_and_metal_of_mno_are_the_published_numbers():
    # Wang et al. 2021, table 1: oxide −0.687 eV an atom of O; U of Mn −1.668 eV an atom of Mn.
    assert mp2020_correction(rock_salt("Mn", "O", 4.44)) == pytest.approx(-(0.687 + 1.668) / 2)


def test_peroxides_have_another_correction_than_oxides():
    peroxide = Structure(
        Lattice.tetragonal(3.85, 6.83),
        ["Ca", "O", "O"],
        [[0, 0, 0], [0.5, 0.5, 0.5 + 0.11], [0.5, 0.5, 0.5 - 0.11]],
    )
    assert mp2020_correction(peroxide) * 3 / 2 == pytest.approx(-0.465, abs=0.002)


def test_elements_and_alloys_have_none():
    metal = Structure(Lattice.cubic(2.87), ["Fe", "Fe"], [[0, 0, 0], [0.5, 0.5, 0.5]])
    alloy = Structure(Lattice.cubic(3.16), ["Co", "Hf"], [[0, 0, 0], [0.5, 0.5, 0.5]])
    assert mp2020_correction(metal) == 0
    assert mp2020_correction(alloy) == 0


def test_none_corrects_nothing():
    crystal = rock_salt("Mn", "O", 4.44)
    assert correction(crystal, "none") == 0
    assert correction(crystal, "mp2020") == mp2020_correction(crystal)
