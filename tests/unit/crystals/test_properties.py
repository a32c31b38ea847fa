"""Structures whose property is known."""

import numpy as np
import pandas as pd
import pytest

from ccdcgan.core.errors import InputError
from ccdcgan.crystals.properties import learnable, with_property
from ccdcgan.crystals.table import Crystals

TABLE = Crystals(pd.DataFrame({"id": list("abc"), "gap": [0.5, np.nan, 0.0], "bulk": np.nan}))


def test_structures_without_a_value_are_left_out() -> None:
    assert list(with_property(TABLE, "gap")) == ["a", "c"]


@pytest.mark.parametrize(
    ("name", "said"), [("energy", "do not carry it"), ("bulk", "no structure has a value of it")]
)
def test_a_property_that_no_structure_has_is_one_line(name: str, said: str) -> None:
    with pytest.raises(InputError, match=f"constraint property {name!r}: .*{said}"):
        with_property(TABLE, name)


def test_a_property_to_learn_has_enough_values_that_differ() -> None:
    assert list(learnable(TABLE, "gap", 2)) == ["a", "c"]
    with pytest.raises(InputError, match=r"'gap': only 2 structures have a value of it .* 3 are"):
        learnable(TABLE, "gap", 3)
    constant = TABLE.assign(gap=[1.5, np.nan, 1.5])
    with pytest.raises(InputError, match=r"'gap': all 2 values are 1.5, of which nothing can"):
        learnable(constant, "gap", 2)
