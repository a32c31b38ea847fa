"""Which phases the table of known ones holds."""

from builders.known_phases import selected


def test_only_phases_near_the_hull_of_their_own_energies_are_taken():
    table = selected()
    assert set(table["id"]) == {"au", "cu", "aucu3"}
    assert table["energy_above_hull"].max() == 0
