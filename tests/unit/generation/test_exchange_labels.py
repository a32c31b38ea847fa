"""Crystals with exchanged elements, labelled: none that is kept out, the same in any shards."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pymatgen.core import Composition, Structure

from builders.settings import SECTIONS, changed
from builders.templates import CRYSTALS, table_of, templates_of
from ccdcgan.core.journal import Journal
from ccdcgan.crystals.table import Crystals
from ccdcgan.generation import exchange_labels
from ccdcgan.generation.exchange_labels import HIGHEST, formulas_kept_out, label_exchanges
from ccdcgan.networks.refiner import Refiner
from runs import ROOT

SETTINGS = changed(SECTIONS.constraint.exchanges, number=12, shards=1, temperatures=(2.0, 8.0))
KNOWN = ROOT / "pretrained/known-phases.parquet"
TOLD = {"scheme": "own", "version": "1", "corrections": "none", "seed": 3}
ELEMENTS = Crystals.of_structures(
    {
        symbol: CRYSTALS["CsCl"].copy().replace_species({"Cs": symbol, "Cl": symbol})
        for symbol in ("Cs", "Cl", "I", "Na", "K", "Br", "Li", "F", "Cu", "Au", "Ni", "Al")
    }
    | {
        symbol: CRYSTALS["CsCl"].copy().replace_species({"Cs": symbol, "Cl": symbol})
        for symbol in ("Ba", "Ti", "O", "Sr")
    }
)


def energy(structure: Structure) -> float:
    """Each atom -1 eV; of two elements or more 0.5 eV/atom lower."""
    return -1.0 if len(structure.composition) == 1 else -1.5


class Still(Refiner):
    """Leaves each crystal as it is."""

    def predict_on_batch(self, x: Any) -> Any:
        return np.zeros((*x["species"].shape, 3), "f4"), np.zeros((len(x["species"]), 3, 3), "f4")


def templates() -> Crystals:
    """With the elements, each of a type of its own, which are the zeros."""
    pure = ELEMENTS.assign(structure_type=list(ELEMENTS))
    return Crystals.join([templates_of(), pure])


def labelled(folder: Path, shard: int = 0, energy_of: Any = energy, **told: Any) -> Crystals:
    settings = changed(SETTINGS, shards=told.pop("shards", 1))
    journal = Journal(folder / f"{shard}.partial", {"shard": shard})
    told = {"kept_out": (), "known": None, **TOLD, **told}
    return label_exchanges(
        templates(), Still(width=16, blocks=1), energy_of, settings, journal, shard=shard, **told
    )


def test_each_has_a_formation_energy_and_elements_of_the_templates(tmp_path: Path) -> None:
    found = labelled(tmp_path)
    assert 0 < len(found) <= 12 and set(found["split"]) == {"train"}
    several = found.where(found["chemical_system"].str.contains("-").to_numpy())
    assert several["formation_energy_per_atom"].to_numpy() == pytest.approx(-0.5)
    symbols = {symbol for species in found["species"] for symbol in species}
    assert symbols <= {symbol for species in templates()["species"] for symbol in species}


def test_shards_are_the_whole_and_a_killed_job_goes_on(tmp_path: Path) -> None:
    whole = labelled(tmp_path / "whole")
    parts = [labelled(tmp_path / "parts", shard, shards=3) for shard in range(3)]
    assert sorted(name for part in parts for name in part) == sorted(whole)
    for part in parts:
        for name in part:
            assert part.structure(name) == whole.structure(name)
    asked: list[Structure] = []

    def counted(structure: Structure) -> float:
        asked.append(structure)
        if len(asked) == 5:
            raise KeyboardInterrupt
        return energy(structure)

    with pytest.raises(KeyboardInterrupt):
        labelled(tmp_path / "killed", energy_of=counted)
    again = labelled(tmp_path / "killed", energy_of=counted)
    assert again.table.equals(whole.table)
    # Four were kept; the fifth was asked for twice, and so were the elements.
    compounds = [one for one in asked if len(one.composition) > 1]
    assert len(compounds) <= 13


def test_what_is_kept_out_is_not_drawn(tmp_path: Path) -> None:
    first = set(labelled(tmp_path / "a")["formula"])
    kept_out = set(sorted(first)[:3])
    again = labelled(tmp_path / "b", kept_out=kept_out)
    assert not set(again["formula"]) & kept_out and len(again)


def test_without_an_energy_or_with_a_high_one_there_is_no_row(tmp_path: Path) -> None:
    def odd(structure: Structure) -> float:
        if len(structure.composition) == 1:
            return -1.0
        return float("nan") if "O" in structure.composition else HIGHEST

    found = labelled(tmp_path, energy_of=odd)
    assert all("O" not in Composition(formula) for formula in found["formula"])
    assert all(found["formation_energy_per_atom"] < HIGHEST)


def test_formulas_of_other_parts_and_of_known_phases_alone_are_kept_out() -> None:
    table = table_of()
    split = ["test" if name == "NaCl" else "train" for name in table]
    structures = table.assign(split=split)
    assert formulas_kept_out(structures, None) == {"NaCl"}
    found = formulas_kept_out(structures, KNOWN)
    assert {"NaCl", "MnSe", "HfCo2"} <= found and not found & {"CsCl", "KBr", "SrTiO3"}


def test_energies_of_the_elements_may_come_from_the_known_phases(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def recorded(structure: Structure) -> float:
        asked.append(structure.composition.reduced_formula)
        return -3.0

    monkeypatch.setattr(exchange_labels, "HIGHEST", 100.0)
    found = labelled(tmp_path, energy_of=recorded, known=KNOWN, scheme="other")
    own = {"O2", "Li", "Na", "Cl2"}
    assert own <= set(asked) and len(found)
    assert found["formation_energy_per_atom"].to_numpy() == pytest.approx(0.0)
