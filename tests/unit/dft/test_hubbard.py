"""Which crystals have a Hubbard U, held against the input set of the Materials Project."""

import pandas as pd
import pytest
from pymatgen.core import Element, Lattice, Structure
from pymatgen.io.vasp.sets import MPRelaxSet

from builders.decks import CDLI, COHF, COO, molecule
from ccdcgan.core.errors import InputError
from ccdcgan.dft.hubbard import check_schemes, d_shell, hubbard_note, hubbard_of

METALS = {"V", "Cr", "Mn", "Fe", "Co", "Ni", "Mo", "W"}
COLUMNS = ["formula", "hubbard_u"]


def binary(metal: str, anion: str) -> Structure:
    return Structure(Lattice.cubic(3), [metal, anion], [[0] * 3, [0.5] * 3])


@pytest.mark.parametrize("anion", ["O", "F", "S", "N", "Cl"])
def test_values_are_those_of_the_input_set(anion: str) -> None:
    found = {}
    for element in (symbol for symbol in MPRelaxSet.CONFIG["POTCAR"] if symbol != anion):
        if Element(element).is_noble_gas:
            continue
        values = hubbard_of(binary(element, anion), "mp")
        assert set(values) <= {element}
        found.update(values)
    expected = MPRelaxSet.CONFIG["INCAR"]["LDAUU"].get(anion, {})
    assert found == expected
    assert set(found) == (METALS if anion in "OF" else set())
    shells = MPRelaxSet.CONFIG["INCAR"]["LDAUL"].get(anion, {})
    assert set(shells.values()) <= {2}  # all on d shells


def test_a_metal_alone_has_no_u() -> None:
    for structure in (COHF, CDLI, molecule("O", 1.21)):
        assert hubbard_note(hubbard_of(structure, "mp")) == "none"
    assert hubbard_note(hubbard_of(COO, "mp")) == "Co 3.32 eV"
    assert hubbard_note(hubbard_of(COO, "none")) == "none"


@pytest.mark.parametrize("symbol", sorted(METALS))
def test_the_shell_is_the_one_that_is_filled(symbol: str) -> None:
    assert d_shell(symbol) in Element(symbol).electronic_structure


def test_with_and_without_u_is_refused_uncorrected() -> None:
    mixed = pd.DataFrame([("Co", "none"), ("CoO", "Co 3.32 eV"), ("O2", "none")], columns=COLUMNS)
    with pytest.raises(InputError, match="CoO of Co-O are computed with a Hubbard U") as caught:
        check_schemes("Co-O", mixed, "none")
    assert "\n" not in str(caught.value)
    check_schemes("Co-O", mixed, "mp2020")
    check_schemes("Co-O", mixed.assign(hubbard_u="none"), "none")
