"""Equal structures of a table: one of them stays."""

import pandas as pd
from pymatgen.analysis.structure_matcher import StructureMatcher

from builders.structures import BCC, NACL
from ccdcgan.crystals.table import from_structure
from ccdcgan.data.duplicates import mark_duplicates


def table() -> pd.DataFrame:
    """Rock salt three times, once larger and once dropped before; lithium once."""
    larger = NACL.copy().scale_lattice(NACL.volume * 1.2)
    structures = {"salt": NACL, "bcc": BCC, "larger": larger, "gone": NACL}
    rows = [{"id": name, **from_structure(one)} for name, one in structures.items()]
    return pd.DataFrame(rows).assign(dropped=["", "", "", "too large"], energy=[-1.0, 0, -2.0, -3])


def test_the_first_of_equal_rows_stays() -> None:
    found = table()
    mark_duplicates(found)
    assert found["dropped"].tolist() == ["", "", "duplicate: salt", "too large"]


def test_the_row_that_is_called_best_stays() -> None:
    found = table()
    mark_duplicates(found, best=lambda rows: rows["energy"].idxmin())
    assert found["dropped"].tolist() == ["duplicate: larger", "", "", "too large"]


def test_equal_is_what_the_matcher_says() -> None:
    found = table()
    mark_duplicates(found, matcher=StructureMatcher(scale=False, ltol=0.01))
    assert found["dropped"].tolist() == ["", "", "", "too large"]
