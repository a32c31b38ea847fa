"""What energies are called."""

from ccdcgan.core.schemes import energy_scheme


def test_arguments_are_a_part_of_the_scheme_whatever_their_order() -> None:
    assert energy_scheme({"name": "7net-0", "arguments": {}}) == "7net-0"
    one = energy_scheme({"name": "a:b", "arguments": {"device": "cuda", "cutoff": 5}})
    assert one == energy_scheme({"name": "a:b", "arguments": {"cutoff": 5, "device": "cuda"}})
    assert one == 'a:b {"cutoff": 5, "device": "cuda"}'
