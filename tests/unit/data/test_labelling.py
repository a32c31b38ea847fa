"""Relaxed candidates, and strained and rattled copies with their energies."""

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from builders.potential import CDLI, FILTERS, LITHIUM
from builders.settings import SECTIONS, changed
from ccdcgan.core.journal import Journal
from ccdcgan.crystals.potential import Calculators
from ccdcgan.crystals.table import Crystals
from ccdcgan.data.labelling import label_copies, list_elements, perturbed, relax_candidates

VARIANTS = changed(
    SECTIONS.data.prototypes.copies, strained=2, rattled=2, max_strain=0.05, displacement=0.08
)


def table_of(*structures):
    made = Crystals.of_structures({f"s{n}": one for n, one in enumerate(structures)})
    return made.assign(provenance="test")


def test_table_of_candidates_keeps_failures_as_rows(calculator, tmp_path):
    bad = Structure(Lattice.cubic(4.0), ["Cd", "Li"], [[0, 0, 0], [0, 0, 0]])
    journal = Journal(tmp_path / "journal", {})
    rows = relax_candidates(
        table_of(CDLI, bad), Calculators(calculator), FILTERS, journal, fmax=0.1, max_steps=30
    )
    assert list(rows["id"]) == ["s0", "s1"]
    assert rows["dropped"][0] == "" and rows["converged"][0]
    assert rows["dropped"][1].startswith("relaxation failed: ")


def test_variants_depend_on_seed_and_parent_alone(calculator):
    both = label_copies(
        table_of(CDLI, LITHIUM), Calculators(calculator).energy, FILTERS, VARIANTS, seed=3
    )
    # Two strained and two rattled of CdLi; one atom alone cannot be rattled.
    assert list(both["parent"]) == ["s0"] * 4 + ["s1"] * 2
    assert both["id"].is_unique and (both["dropped"] == "").all()
    alone = label_copies(
        table_of(CDLI, LITHIUM).take(["s1"]),
        Calculators(calculator).energy,
        FILTERS,
        VARIANTS,
        seed=3,
    )
    assert alone["energy_per_atom"].tolist() == pytest.approx(both["energy_per_atom"].tolist()[4:])
    other = label_copies(
        table_of(LITHIUM), Calculators(calculator).energy, FILTERS, VARIANTS, seed=4
    )
    assert not np.allclose(other["lattice"][0], alone["lattice"][0])


def test_no_variants_are_a_table_that_can_be_read_again(calculator, tmp_path):
    none = changed(VARIANTS, strained=0, rattled=0)
    empty = label_copies(table_of(CDLI), Calculators(calculator).energy, FILTERS, none, seed=3)
    assert not len(empty) and "parent" in empty.table
    empty.write(tmp_path / "variants.parquet", {})
    assert not len(Crystals.read(tmp_path / "variants.parquet", ("parent",)))


def test_the_lowest_phase_of_each_element_is_listed_with_its_potential():
    phases = table_of(LITHIUM, LITHIUM, CDLI).assign(
        energy_per_atom=[-1.8, -1.9, -9.0], dropped=["", "", ""]
    )
    potential = changed(SECTIONS.potential, name="ase.calculators.emt:EMT")
    (found,) = list_elements([phases], potential).to_dict("records")
    assert (found["element"], found["id"], found["energy_per_atom"]) == ("Li", "s1", -1.9)
    assert found["potential"] == potential.name and found["version"].startswith("ase ")


def test_perturbed_stay_within_what_was_asked_for():
    names, copies = zip(*perturbed(CDLI, VARIANTS, np.random.default_rng(0)), strict=True)
    assert names == ("strained0", "strained1", "rattled0", "rattled1")
    for copy in copies[:2]:
        strain = copy.lattice.matrix / CDLI.lattice.a - np.eye(3)
        assert 0 < abs(strain).max() <= VARIANTS.max_strain
        assert np.allclose(strain, strain.T)
        assert np.allclose(copy.frac_coords, CDLI.frac_coords)
    for copy in copies[2:]:
        assert copy.lattice == CDLI.lattice
        steps = copy.cart_coords - CDLI.cart_coords
        assert np.allclose(steps.mean(axis=0), 0) and 0 < abs(steps).max() < 0.5
