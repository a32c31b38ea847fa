"""The training crystals, by structure type."""

import pytest

from builders.templates import CRYSTALS, table_of
from ccdcgan.core.errors import InputError
from ccdcgan.crystals.table import Crystals
from ccdcgan.data.templates import collect_templates, structure_types


def test_crystals_of_one_structure_type_have_one_name() -> None:
    held = collect_templates(table_of())
    types = dict(zip(held["id"], held["structure_type"], strict=True))
    assert set(types) == set(CRYSTALS)
    assert types["CsCl"] == types["CsI"] != types["NaCl"] == types["KBr"] == types["LiF"]
    assert types["Cu3Au"] == types["Ni3Al"] and types["BaTiO3"] == types["SrTiO3"]
    assert len(set(types.values())) == 4


def test_templates_are_of_the_training_part_alone() -> None:
    table = table_of()
    split = ["test" if name == "NaCl" else "train" for name in table]
    assert set(collect_templates(table.assign(split=split))) == set(CRYSTALS) - {"NaCl"}
    with pytest.raises(InputError, match="no structure in the part 'train'"):
        collect_templates(table.assign(split="test"))


def test_unknown_energies_are_no_column_and_structures_are_kept() -> None:
    held = collect_templates(Crystals(table_of().table.drop(columns="formation_energy_per_atom")))
    assert "formation_energy_per_atom" not in held.table
    assert held.structure("NaCl") == table_of().structure("NaCl")


def test_crystals_without_a_type_are_each_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ccdcgan.data.templates.structure_type", lambda structure: "")
    assert len(set(structure_types(table_of()))) == len(CRYSTALS)
