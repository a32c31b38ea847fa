"""What the generator holds of the training crystals."""

import numpy as np

from builders.templates import CRYSTALS, table_of
from ccdcgan.crystals.table import Crystals
from ccdcgan.networks.files import to_numpy
from ccdcgan.training.templates import held_templates, structure_types, template_generator


def test_crystals_of_one_structure_type_have_one_number() -> None:
    table = table_of()
    held = held_templates(table, structure_types(table))
    types = dict(zip(CRYSTALS, held["types"].tolist(), strict=True))
    assert types["CsCl"] == types["CsI"] != types["NaCl"] == types["KBr"] == types["LiF"]
    assert types["Cu3Au"] == types["Ni3Al"] and types["BaTiO3"] == types["SrTiO3"]
    assert len(set(types.values())) == 4


def test_unknown_energies_are_not_zero() -> None:
    table = table_of()
    unknown = Crystals(table.table.drop(columns="formation_energy_per_atom"))
    assert np.isnan(held_templates(unknown, structure_types(table))["energies"]).all()


def test_crystals_without_a_type_are_each_of_their_own() -> None:
    table = table_of()
    names = ["" for _ in CRYSTALS]
    generator = template_generator(table, [f"{n}" for n, _ in enumerate(names)], size=4)
    assert len(set(to_numpy(generator.held["types"]).tolist())) == len(CRYSTALS)


def test_volumes_add_up_to_the_cells() -> None:
    table = table_of()
    generator = template_generator(table, structure_types(table), size=4)
    volumes = np.array(generator.settings["volumes"])
    species = to_numpy(generator.held["species"]).astype(int)
    cells = np.array([one.volume for one in CRYSTALS.values()])
    np.testing.assert_allclose(volumes[species].sum(axis=1), cells, rtol=0.35)
    assert generator.settings["templates"] == len(CRYSTALS)
