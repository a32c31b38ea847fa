"""Structures in JSON documents, and symbols of species."""

import json

import pytest
from pymatgen.core import Element, Lattice, Structure

from builders.local import CRYSTALS
from ccdcgan.core.settings.fields import SYMBOLS
from ccdcgan.crystals.documents import MAX_ATOMIC_NUMBER, element_symbol, plain_structure


def test_a_document_of_parameters_and_cartesian_places() -> None:
    crystal = CRYSTALS["skew"]
    document = crystal.as_dict()
    del document["lattice"]["matrix"]
    for site in document["sites"]:
        del site["abc"]
    # In the orientation that pymatgen gives to a cell of parameters.
    turned = Structure(
        Lattice.from_parameters(*crystal.lattice.parameters), crystal.species, crystal.frac_coords
    )
    for site, place in zip(document["sites"], turned.cart_coords, strict=True):
        site["xyz"] = place.tolist()
    found = plain_structure(document)
    assert found.species == crystal.species
    assert found.lattice.matrix == pytest.approx(turned.lattice.matrix)
    assert found.frac_coords == pytest.approx(crystal.frac_coords)


def test_a_document_gives_the_structure_to_the_last_digit() -> None:
    crystal = CRYSTALS["skew"].copy().perturb(0.1)
    found = plain_structure(json.loads(json.dumps(crystal.as_dict())))
    assert found.species == crystal.species
    assert (found.lattice.matrix == crystal.lattice.matrix).all()
    assert (found.frac_coords == crystal.frac_coords).all()


@pytest.mark.parametrize(
    ("text", "symbol"), [("Fe", "Fe"), ("Fe3+", "Fe"), ("O2-", "O"), ("D", "H"), ("Es", "Es")]
)
def test_species_count_as_their_element(text: str, symbol: str) -> None:
    assert element_symbol(text) == symbol


@pytest.mark.parametrize("text", ["Xx", "Fm", "", "X0+", "water"])
def test_what_is_no_element(text: str) -> None:
    with pytest.raises(ValueError, match="unknown species"):
        element_symbol(text)


def test_the_elements_that_may_be_named_are_those_that_data_may_hold() -> None:
    every = [Element.from_Z(number).symbol for number in range(1, MAX_ATOMIC_NUMBER + 1)]
    assert every == SYMBOLS
