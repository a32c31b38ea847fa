"""Names of structure types: of what a crystal looks like, not of what it is made of."""

import itertools
from collections.abc import Sequence

import pytest
from pymatgen.core import Lattice, Structure

from builders.gan import turned
from builders.structures import BCC, NACL, SILICON
from builders.templates import B1, B2, CRYSTALS, L12, PEROVSKITE, crystal
from ccdcgan.crystals.structure_types import structure_type

NAMES = {
    B2: "221: 1 m-3m | 1 m-3m",
    B1: "225: 1 m-3m | 1 m-3m",
    L12: "221: 1 m-3m | 3 4/mm.m",
    PEROVSKITE: "221: 1 m-3m | 1 m-3m | 3 4/mm.m",
}


@pytest.mark.parametrize("kind", NAMES)
@pytest.mark.parametrize("symbols", [("Cs", "Cl", "O"), ("Na", "Tl", "F"), ("Pu", "B", "H")])
def test_the_elements_do_not_matter_nor_their_order(kind: str, symbols: Sequence[str]) -> None:
    """With each element in each place: by alphabet some come before, some after the others."""
    used = symbols if kind == PEROVSKITE else symbols[:2]
    for order in itertools.permutations(used):
        assert structure_type(crystal(kind, *order, edge=4.5)) == NAMES[kind]


def test_types_are_told_apart() -> None:
    names = [structure_type(one) for one in (BCC, SILICON, *CRYSTALS.values())]
    assert names[:2] == ["229: 1 m-3m", "227: 2 -43m"]
    assert len(set(names)) == 6


@pytest.mark.parametrize("crystal", [NACL, CRYSTALS["BaTiO3"]], ids=["salt", "perovskite"])
def test_cell_origin_and_size_do_not_matter(crystal: Structure) -> None:
    for same in (turned(crystal), crystal * (2, 1, 1), crystal.copy().apply_strain(0.1)):
        assert structure_type(same) == structure_type(crystal)


def test_a_free_parameter_does_not_matter_but_the_symmetry_does() -> None:
    rutile = [
        Structure.from_spacegroup(
            "P4_2/mnm", Lattice.tetragonal(4.6, 2.96), ["Ti", "O"], [[0] * 3, [x, x, 0]]
        )
        for x in (0.29, 0.31)
    ]
    assert {structure_type(one) for one in rutile} == {"136: 2 m.mm | 4 m.2m"}
    assert structure_type(
        Structure(rutile[0].lattice, ["Ti", "O"], [[0] * 3, [0.1, 0.2, 0.3]])
    ) == ("1: 1 1 | 1 1")


def test_what_has_no_cell_has_no_name() -> None:
    flat = Structure(Lattice([[3, 0, 0], [0, 3, 0], [3, 3, 0]]), ["Na"], [[0] * 3])
    assert structure_type(flat) == ""
