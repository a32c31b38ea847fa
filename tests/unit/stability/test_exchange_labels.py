"""Formation energies of crystals with exchanged elements, by a potential, as they stand."""

from pathlib import Path
from typing import Any

import pytest
from pymatgen.core import Composition, Structure

from builders.templates import CRYSTALS, table_of
from ccdcgan.core.journal import Journal
from ccdcgan.crystals.table import Crystals
from ccdcgan.stability import exchange_labels
from ccdcgan.stability.exchange_labels import HIGHEST, label_exchanges
from runs import ROOT

KNOWN = ROOT / "pretrained/known-phases.parquet"
SYMBOLS = sorted({site.specie.symbol for crystal in CRYSTALS.values() for site in crystal})
ELEMENTS = Crystals.of_structures(
    {
        symbol: Structure(CRYSTALS["CsCl"].lattice, [symbol] * 2, [[0] * 3, [0.5] * 3])
        for symbol in SYMBOLS
    }
)


def energy(structure: Structure) -> float:
    """Each atom -1 eV; of two elements or more 0.5 eV/atom lower."""
    return -1.0 if len(structure.composition) == 1 else -1.5


def labelled(folder: Path, energy_of: Any = energy, **told: Any) -> Crystals:
    told = {"known": None, "scheme": "own", "version": "1", "corrections": "none", **told}
    journal = Journal(folder / "energies.partial", {})
    return label_exchanges(table_of(), ELEMENTS, energy_of, journal, **told)


def test_each_has_its_formation_energy(tmp_path: Path) -> None:
    found = labelled(tmp_path)
    assert list(found) == list(CRYSTALS)
    assert found["energy_per_atom"].to_numpy() == pytest.approx(-1.5)
    assert found["formation_energy_per_atom"].to_numpy() == pytest.approx(-0.5)


def test_a_killed_job_goes_on(tmp_path: Path) -> None:
    asked: list[Structure] = []

    def counted(structure: Structure) -> float:
        asked.append(structure)
        if len(asked) == 5:
            raise KeyboardInterrupt
        return energy(structure)

    with pytest.raises(KeyboardInterrupt):
        labelled(tmp_path, counted)
    assert len(labelled(tmp_path, counted)) == len(CRYSTALS)
    compounds = [one for one in asked if len(one.composition) > 1]
    assert len(compounds) == len(CRYSTALS) + 1  # the fifth was asked for twice


def test_without_an_energy_or_with_a_high_one_there_is_no_row(tmp_path: Path) -> None:
    def odd(structure: Structure) -> float:
        if len(structure.composition) == 1:
            return -1.0
        return (
            float("nan")
            if "O" in structure.composition
            else (HIGHEST if "Cl" in structure.composition else -1.5)
        )

    found = labelled(tmp_path, odd)
    assert set(found) == {"CsI", "KBr", "LiF", "Cu3Au", "Ni3Al"}
    assert all("O" not in Composition(formula) for formula in found["formula"])


def test_energies_of_the_elements_may_come_from_the_known_phases(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def recorded(structure: Structure) -> float:
        asked.append(structure.composition.reduced_formula)
        return -3.0

    monkeypatch.setattr(exchange_labels, "HIGHEST", 100.0)
    found = labelled(tmp_path, recorded, known=KNOWN, scheme="other")
    assert {"O2", "Li", "Na", "Cl2"} <= set(asked) and len(found) == len(CRYSTALS)
    assert found["formation_energy_per_atom"].to_numpy() == pytest.approx(0.0)
