"""Which phases of the data and of the table of known ones are relaxed."""

from pymatgen.core import Lattice, Structure

from builders.phases import DATA, L12, table_of_known
from ccdcgan.stability.known_phases import is_known
from ccdcgan.stability.phase_candidates import compound_candidates


def test_candidates_are_the_compounds_of_the_data_and_of_the_table() -> None:
    other = table_of_known(b2=Structure(Lattice.cubic(3.0), ["Au", "Cu"], [[0] * 3, [0.5] * 3]))
    assert list(compound_candidates(DATA, ["Au-Cu"])) == ["aucu3"]
    assert list(compound_candidates(DATA, ["Au-Cu", "Cu-Zn"])) == ["aucu3", "brass"]
    assert list(compound_candidates(DATA, ["Au-Cu"], other)) == ["aucu3", "mp-b2"]
    assert list(compound_candidates(DATA, ["Cu-Zn"], other)) == ["brass"]
    assert list(compound_candidates(DATA, [])) == []


def test_a_phase_of_the_table_that_the_data_have_stands_there_once() -> None:
    equal = table_of_known(aucu3=Structure(L12.lattice.scale(54), L12.species, L12.frac_coords))
    prototypes = DATA.assign(source="prototypes")
    found = compound_candidates(prototypes, ["Au-Cu", "Cu-Zn"], equal)
    assert list(found) == ["aucu3", "brass"]
    assert found["known_as"].tolist() == ["mp-aucu3", ""]
    # A prototype that equals a known phase is one; any other is not.
    assert is_known(found).tolist() == [True, False]
    assert is_known(DATA.assign(source="local")).all()
