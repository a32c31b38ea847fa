"""Which crystals are valid by the checks of LeMat-GenBench."""

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from builders.structures import NACL, SILICON
from ccdcgan.evaluation import validity
from ccdcgan.evaluation.validity import CHECKS, MARGIN, apart, check, implausible


def pair(distance: float, length: float = 5.0) -> Structure:
    """Cadmium and lithium at a distance: radii of 1.55 and 1.45 Å."""
    return Structure(Lattice.cubic(length), ["Cd", "Li"], [[0] * 3, [distance / length, 0, 0]])


def single(symbol: str, length: float) -> Structure:
    return Structure(Lattice.cubic(length), [symbol], [[0] * 3])


def test_known_crystals_are_valid() -> None:
    for crystal in (NACL, SILICON):
        found = check(crystal)
        assert found["valid"] and all(found[name] for name in CHECKS) and not found["implausible"]


def test_atoms_are_apart_by_half_of_their_radii_and_the_margin() -> None:
    assert apart(pair(1.501), 0.0) and not apart(pair(1.499), 0.0)
    assert apart(pair(1.851), MARGIN) and not apart(pair(1.849), MARGIN)
    assert check(pair(1.7))["half_radii"] and not check(pair(1.7))["valid"]


def test_the_nearest_image_counts_and_the_own_one_does_not() -> None:
    assert not apart(pair(3.4), MARGIN)  # 1.6 Å through the cell's side
    assert apart(single("Cd", 1.2), MARGIN)


def test_an_element_without_a_radius_has_one_of_one_angstrom() -> None:
    xenon = pair(1.1).copy()
    xenon.replace_species({"Cd": "Xe", "Li": "Xe"})
    assert apart(xenon, 0.0)  # 1 Å
    xenon.translate_sites([1], [-0.03, 0, 0])
    assert not apart(xenon, 0.0)


@pytest.mark.parametrize(
    ("crystal", "faults"),
    [
        (single("H", 1.27), []),  # 0.49 atoms/Å³
        (single("H", 1.25), ["number density"]),  # 0.51
        (single("H", 0.99), ["number density", "cell"]),  # a cell of 0.97 Å³ too
        (single("Au", 2.36), []),  # 24.9 g/cm³
        (single("Au", 2.34), ["mass density"]),  # 25.5
        (single("Cf", 34.5), []),  # 0.0102 g/cm³ and 2.4e-5 atoms/Å³
        (single("Cf", 35.0), ["mass density"]),  # 0.0097
        (single("Cf", 47.0), ["mass density", "number density"]),  # 0.96e-5
        (Structure(Lattice.tetragonal(4, 99.9), ["W"], [[0] * 3]), []),
        (Structure(Lattice.tetragonal(4, 100.1), ["W"], [[0] * 3]), ["cell"]),
        (Structure(Lattice.tetragonal(4, 0.95), ["Li"], [[0] * 3]), ["cell"]),
    ],
)
def test_bounds(crystal: Structure, faults: list[str]) -> None:
    assert implausible(crystal) == faults
    found = check(crystal)
    assert found["plausible"] == (not faults) and found["implausible"] == ", ".join(faults)


def test_what_has_no_cif_or_space_group_is_not_plausible(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise ValueError("by hand")

    monkeypatch.setattr(validity, "CifWriter", refuse)
    monkeypatch.setattr(validity.SpacegroupAnalyzer, "get_space_group_number", refuse)
    assert implausible(NACL) == ["CIF", "symmetry"]


def test_each_check_alone_makes_a_crystal_invalid() -> None:
    charged = Structure(Lattice.cubic(4), ["Rb", "F", "F"], np.eye(3) / 2)
    close = pair(1.7)
    dense = single("Au", 2.34)
    for crystal, failed in zip((charged, close, dense), CHECKS, strict=True):
        found = check(crystal)
        assert [name for name in CHECKS if not found[name]] == [failed]
        assert not found["valid"]
