"""Decorated prototypes: orderings, volumes, filters, caps; names of prototypes."""

import numpy as np
import pytest
from pymatgen.analysis.structure_matcher import StructureMatcher
from pymatgen.core import Lattice, Structure
from pymatgen.symmetry.analyzer import SpacegroupAnalyzer

from builders.potential import FILTERS
from builders.settings import changed
from builders.structures import BCC, ODD
from ccdcgan.core.errors import InputError
from ccdcgan.crystals.table import to_structure
from ccdcgan.data.prototypes import (
    SAME_PROTOTYPE,
    candidates,
    decorations,
    element_volume,
    prototype_of,
)


@pytest.mark.parametrize(
    ("structure", "prototype"),
    [
        (BCC, "A_cI2_229_a (A2, Tungsten)"),
        (
            Structure.from_spacegroup(
                "Fd-3m", Lattice.cubic(6.9), ["Hf", "Co"], [[0.125] * 3, [0.5] * 3]
            ),
            "A2B_cF24_227_d_a (C15, Cubic Laves)",
        ),
        (ODD, ""),
    ],
    ids=["bcc", "Laves", "none"],
)
def test_prototypes_are_recognised(structure: Structure, prototype: str) -> None:
    assert prototype_of(structure) == prototype


CAESIUM_CHLORIDE = Structure(Lattice.cubic(3.3), ["Cd", "Li"], [[0, 0, 0], [0.5, 0.5, 0.5]])
LAVES = Structure.from_spacegroup(
    "Fd-3m", Lattice.cubic(6.9), ["Hf", "Co"], [[0.125] * 3, [0.5] * 3]
)


@pytest.fixture(scope="module")
def cobalt_hafnium():
    return candidates("Co-Hf", FILTERS)


def kept(table):
    return [to_structure(row) for _, row in table[table["dropped"] == ""].iterrows()]


def test_volume_is_the_sum_of_the_elements_own():
    for _, _, structure in decorations("Cd-Li"):
        expected = sum(element_volume(site.specie.symbol) for site in structure)
        assert structure.volume == pytest.approx(expected)


def test_element_volume_is_that_of_the_metal():
    # bcc lithium, a = 3.51 Å; hexagonal cobalt, a = 2.507 Å, c = 4.069 Å
    assert element_volume("Li") == pytest.approx(3.51**3 / 2, rel=0.02)
    assert element_volume("Co") == pytest.approx(2.507**2 * 4.069 * np.sqrt(3) / 4, rel=0.02)
    with pytest.raises(InputError, match="no molar volume of Fr"):
        element_volume("Fr")


def test_every_ordering_of_a_prototype_is_made():
    laves = [s for _, p, s in decorations("Co-Hf") if "AB2_cF24_227_a_d" in p or "C15" in p]
    assert {s.composition.reduced_formula for s in laves} >= {"HfCo2", "Hf2Co"}


def test_candidates_hold_the_common_prototypes_once(cobalt_hafnium):
    for wanted in (
        CAESIUM_CHLORIDE.copy().replace_species({"Cd": "Co", "Li": "Hf"}),
        LAVES,
        LAVES.copy().replace_species({"Hf": "Co", "Co": "Hf"}),
    ):
        found = [s for s in kept(cobalt_hafnium) if SAME_PROTOTYPE.fit(wanted, s)]
        assert len(found) == 1
        groups = [SpacegroupAnalyzer(s, 0.01).get_space_group_number() for s in (wanted, *found)]
        assert groups[0] == groups[1]
    assert cobalt_hafnium["id"].is_unique


def test_prototypes_that_a_loose_comparison_merges_stay_apart(cobalt_hafnium):
    names = cobalt_hafnium.loc[cobalt_hafnium["dropped"] == "", "provenance"]
    for label in ("(B2)", "(L1_0, ", "(L1_2)", "(C15, "):
        assert names.str.contains(label, regex=False).any()


def test_candidates_say_why_a_row_was_dropped(cobalt_hafnium):
    reasons = set(cobalt_hafnium["dropped"].str.split(":").str[0])
    assert reasons == {"", "duplicate", "too many atoms", "cell too long"}
    for _, row in cobalt_hafnium[cobalt_hafnium["dropped"] == ""].iterrows():
        assert row["num_sites"] <= FILTERS.max_sites
        assert max(to_structure(row).lattice.abc) <= FILTERS.max_length
    dropped = cobalt_hafnium[cobalt_hafnium["dropped"].str.startswith("duplicate")].iloc[0]
    original = dropped["dropped"].removeprefix("duplicate: ")
    first = cobalt_hafnium.set_index("id").loc[original]
    assert first["dropped"] == ""
    assert StructureMatcher().fit(to_structure(first), to_structure(dropped))


def test_elements_get_their_common_structures():
    structures = kept(candidates("Co", FILTERS, max_prototypes=12))
    assert len(structures) == 12
    for group in (225, 229, 194):  # fcc, bcc, hcp
        assert any(
            SpacegroupAnalyzer(s, 0.01).get_space_group_number() == group for s in structures
        )


def test_cap_keeps_the_smallest_cells(cobalt_hafnium):
    capped = candidates("Co-Hf", FILTERS, max_prototypes=5)
    assert (capped["dropped"] == "").sum() == 5
    assert (capped["dropped"] == "beyond max_prototypes: 5").any()
    sizes = sorted(cobalt_hafnium[cobalt_hafnium["dropped"] == ""]["num_sites"])[:5]
    assert sorted(capped[capped["dropped"] == ""]["num_sites"]) == sizes


def test_filters_that_leave_nothing_are_an_error():
    with pytest.raises(InputError, match=r"'Co-Hf'.*max_length"):
        candidates("Co-Hf", changed(FILTERS, max_length=1.0))
    with pytest.raises(InputError, match="'C-Cl-Co-H-Hf-N-O'"):  # no prototype has so many
        candidates("C-Cl-Co-H-Hf-N-O", FILTERS)
