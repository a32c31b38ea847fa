"""Formation energies from the lowest phases of the elements."""

import pandas as pd
import pytest

from builders.prototypes import cdli, element_tables, row
from ccdcgan.core.errors import InputError
from ccdcgan.data.formation_energies import add_formation_energies, element_references


def test_references_are_the_lowest_undropped_phases():
    tables = element_tables()
    tables[0].loc[0, "dropped"] = "duplicate: x"
    found = element_references([*tables, pd.DataFrame([row("c", cdli(), -5.0)])])
    assert found.set_index("element")["id"].to_dict() == {"Cd": "Cd-high", "Li": "Li-fcc"}


def test_element_without_a_phase_is_an_error():
    table = pd.DataFrame([row("c", cdli(), -1.6)])
    with pytest.raises(InputError, match="c: no formation energy, since no phase of Li"):
        add_formation_energies(table, element_references(element_tables()[:1]), 1.0)


def test_no_limit_of_the_energy_keeps_all():
    table = pd.DataFrame([row("high", cdli(), 9.0)])
    add_formation_energies(table, element_references(element_tables()), None)
    assert table.loc[0, "dropped"] == ""
