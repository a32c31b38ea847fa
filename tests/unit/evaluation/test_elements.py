"""How often each element occurs."""

import pandas as pd
import pytest

from ccdcgan.crystals.table import Crystals
from ccdcgan.evaluation.elements import densities, formulas_of, rank_correlations, shares


def test_shares_count_crystals_not_atoms() -> None:
    assert shares(["Co2Hf", "Co", "CdLi3", "Co7Hf"]) == {"Co": 75, "Hf": 50, "Cd": 25, "Li": 25}
    assert shares([]) == {}


def test_formulas_are_those_of_training_and_of_valid_crystals() -> None:
    structures = Crystals(
        pd.DataFrame({"id": ["a", "b"], "split": ["train", "test"], "formula": ["Co", "Hf"]})
    )
    screened = Crystals(
        pd.DataFrame({"id": ["1", "2"], "valid": [False, True], "formula": ["", "CoHf"]})
    )
    found = formulas_of(structures, {"dcgan": screened})
    assert found == {"training": ["Co"], "dcgan": ["CoHf"]}


def test_densities_are_by_atomic_number_and_ranks_correlate() -> None:
    formulas = {"training": ["Co"] * 4 + ["Cd"] * 2 + ["Li"], "dcgan": ["Co"] * 3 + ["CdLi"]}
    found = densities(formulas)
    assert list(found["element"]) == ["Li", "Co", "Cd"]
    assert list(found["dcgan"]) == [25, 75, 25]
    # Ranks 1, 3, 2 and 1.5, 3, 1.5: by hand 0.866.
    assert rank_correlations(found)["dcgan"] == pytest.approx(3**0.5 / 2)
