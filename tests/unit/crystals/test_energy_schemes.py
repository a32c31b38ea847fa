"""What energies are called."""

from ccdcgan.crystals.energy_schemes import corrected_scheme


def test_corrected_energies_say_so():
    assert corrected_scheme("7net-0", "none") == "7net-0"
    assert corrected_scheme("7net-0", "mp2020") == "7net-0, MP2020 corrections"
