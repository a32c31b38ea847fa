"""Pairs of exchanged templates and true crystals."""

from pathlib import Path

import numpy as np
import pytest
from pymatgen.core import Element

from builders.settings import SECTIONS, changed
from builders.templates import CRYSTALS, table_of
from ccdcgan.core.errors import InputError
from ccdcgan.core.shards import read_shard, strings
from ccdcgan.training.exchange_pairs import PAIRS, pair_templates, read_pairs

SETTINGS = changed(SECTIONS.refiner, templates=2, shards=2)


def paired(folder: Path, **splits: str) -> list[Path]:
    table = table_of()
    table = table.assign(split=[splits.get(name, "train") for name in table])
    files = [folder / f"pairs-{shard}.h5" for shard in range(SETTINGS.shards)]
    for shard, file in enumerate(files):
        pair_templates(table, file, SETTINGS, shard=shard, notes={})
    return files


def test_each_crystal_is_reached_from_those_of_its_type(tmp_path: Path) -> None:
    ids = []
    for file in paired(tmp_path):
        with read_shard(file, PAIRS) as shard:
            ids += strings(shard["id"])
            assert set(strings(shard["split"])) == {"train"}
    # Two of the caesium chloride type, each from the other; three of rock salt, each from both.
    expected = {"CsCl": 1, "CsI": 1, "Cu3Au": 1, "Ni3Al": 1, "BaTiO3": 1, "SrTiO3": 1}
    expected |= {"NaCl": 2, "KBr": 2, "LiF": 2}
    assert {name: ids.count(name) for name in CRYSTALS} == expected


def test_strain_and_displacements_lead_to_the_true_crystal(tmp_path: Path) -> None:
    pairs = read_pairs(paired(tmp_path), "train")
    assert np.abs(pairs["displacements"]).max() < 1e-3
    true = {tuple(sorted(one.atomic_numbers)): one for one in CRYSTALS.values()}
    for row, numbers in enumerate(pairs["species"]):
        volume = np.prod(pairs["cell"][row][[0, 2, 5]])
        found = volume * np.linalg.det(np.eye(3) + pairs["strain"][row])
        species = tuple(int(number) for number in numbers if number)
        np.testing.assert_allclose(found, true[species].volume, rtol=1e-3)
        assert not set(species) <= set(pairs["former"][row].tolist())


def test_templates_are_of_the_training_part_alone(tmp_path: Path) -> None:
    files = paired(tmp_path, CsCl="validation", KBr="test")
    validation, train = (read_pairs(files, part) for part in ("validation", "train"))
    symbols = {Element.from_Z(int(n)).symbol for n in np.unique(validation["former"]) if n}
    assert symbols == {"Cs", "I"} and len(validation["cell"]) == 1
    assert 19 not in train["species"] and 19 not in train["former"]
    assert not (train["species"] == 55).any()  # that of CsI has no other template


def test_a_file_of_another_kind_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "pairs.h5").write_bytes(b"none")
    with pytest.raises(InputError, match="no HDF5 file"):
        read_pairs([tmp_path / "pairs.h5"], "train")
