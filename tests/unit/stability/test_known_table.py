"""Which phases the table of known ones holds."""

from builders.known_phases import selected


def test_only_phases_near_the_hull_of_their_own_energies_are_taken():
    table = selected()
    assert set(table["id"]) == {"au", "cu", "aucu3"}
    assert table["energy_above_hull"].max() == 0


def test_an_element_below_its_own_zero_does_not_hide_the_others():
    energies = {"au": 0.002, "other-au": -0.4, "cu": 0.0, "aucu3": -0.05}
    table = selected(energies)
    assert {"au", "other-au", "cu", "aucu3"} == set(table["id"])
    assert table.set_index("id")["energy_above_hull"]["aucu3"] == 0
