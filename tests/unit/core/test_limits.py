"""The elements that may be named are those that data and networks may hold."""

from pymatgen.core import Element

from ccdcgan.core.limits import MAX_ATOMIC_NUMBER
from ccdcgan.core.settings.fields import SYMBOLS


def test_elements_are_those_of_the_periodic_table() -> None:
    every = [Element.from_Z(number).symbol for number in range(1, MAX_ATOMIC_NUMBER + 1)]
    assert every == SYMBOLS
