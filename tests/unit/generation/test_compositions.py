"""Compositions that a generator is asked for."""

import numpy as np
import pytest

from ccdcgan.core.errors import InputError
from ccdcgan.crystals.compositions import Compositions
from ccdcgan.generation.compositions import chosen_compositions


def test_compositions_of_a_system_have_the_numbers_of_atoms_of_the_training() -> None:
    counts = np.zeros((3, 100), int)
    counts[0, [27, 72]] = 1, 2
    counts[1, [3, 48]] = 2, 2
    counts[2, 8] = 4
    given = Compositions(counts, np.array([0.5, 0.25, 0.25]))
    everything = {"max_atoms": 20, "fractions": {}}
    chosen = chosen_compositions(given, systems=["Cd-Co"], **everything)
    rows = chosen.counts
    found = {tuple(row[[48, 27]]): weight for row, weight in zip(rows, chosen.weights, strict=True)}
    assert found == pytest.approx({(1, 2): 1 / 3, (2, 1): 1 / 3, (2, 2): 1 / 3})
    assert rows.sum() == sum(map(sum, found))  # no other element
    narrow = {"max_atoms": 3, "fractions": {"Co": [0.5, 1]}}
    assert chosen_compositions(given, systems=["Cd-Co"], **narrow).counts[:, 27].tolist() == [2]
    same = chosen_compositions(given, systems=None, **everything)
    np.testing.assert_array_equal(same.counts, counts)
    with pytest.raises(InputError, match="Xe-Co: Xe is in no structure"):
        chosen_compositions(given, systems=["Xe-Co"], **everything)
    with pytest.raises(InputError, match="Qq is in no structure"):
        chosen_compositions(given, systems=["Qq-Co"], **everything)
    with pytest.raises(InputError, match="no training composition"):
        chosen_compositions(given, systems=["Cd-Co-Hf"], **everything)
