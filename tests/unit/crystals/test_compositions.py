"""Compositions with more elements than a graph has places for."""

import numpy as np
import pytest

from ccdcgan.core.errors import InputError
from ccdcgan.crystals.compositions import MAX_ELEMENTS, composition_places


def test_too_many_elements_are_one_line() -> None:
    counts = np.zeros((1, 100), dtype=int)
    counts[0, 1 : 2 + MAX_ELEMENTS] = 1
    with pytest.raises(InputError, match="9 elements: at most 8"):
        composition_places(counts)
