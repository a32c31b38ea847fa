"""The generator that holds templates: likeness of elements, and what it holds."""

from pathlib import Path

import numpy as np
import pytest
from pymatgen.core import Element

from builders.templates import CRYSTALS, ENERGIES, numbers, table_of, template_generator
from ccdcgan.networks.files import load_model, save_model, to_numpy
from ccdcgan.networks.templates import (
    PROPERTIES,
    PROPERTY_UNIT,
    TemplateGenerator,
    element_properties,
)


@pytest.mark.parametrize("of", ["finding_distances", "drawing_distances"])
def test_like_elements_are_near(of: str) -> None:
    apart = to_numpy(getattr(template_generator(), of)())
    assert apart.shape == (100, 100)
    np.testing.assert_allclose(apart, apart.T, atol=1e-5)
    assert not np.diag(apart).any() and (apart[1:, 1:] + np.eye(99) > 0).all()
    sodium, potassium, chlorine, bromine = numbers("Na", "K", "Cl", "Br")
    assert apart[sodium, potassium] < apart[sodium, chlorine] > apart[chlorine, bromine]


def test_an_exchange_is_as_far_as_its_elements_together() -> None:
    generator = template_generator()
    properties = element_properties() / PROPERTY_UNIT
    found_by = np.abs(properties[:, None] - properties[None]).sum(axis=-1)
    apart = 2 * to_numpy(generator.finding_distances()) - found_by  # what is learnt of the mean
    old = np.array([[*numbers("Na", "Cl"), 0], [*numbers("Cs"), 0, 0]])
    new = np.array([[*numbers("K", "Br"), 0], [*numbers("Cs"), 0, 0]])
    found = to_numpy(generator([old, new]))
    sodium, chlorine, potassium, bromine = numbers("Na", "Cl", "K", "Br")
    expected = apart[sodium, potassium] + apart[chlorine, bromine]
    np.testing.assert_allclose(found, [expected, 0.0], rtol=1e-4)
    # An empty place adds nothing, whatever stands in the template there.
    assert to_numpy(generator([old[:, :2], new[:, :2]])) == pytest.approx(found)


def test_each_factor_scales_its_own_distances() -> None:
    generator = template_generator()
    found, drawn = (
        to_numpy(generator.finding_distances()),
        to_numpy(generator.drawing_distances()),
    )
    generator.factors.assign([0.0, np.log(3.0)])
    np.testing.assert_allclose(to_numpy(generator.finding_distances()), found, rtol=1e-5)
    np.testing.assert_allclose(to_numpy(generator.drawing_distances()), 3 * drawn, rtol=1e-5)
    generator.factors.assign([np.log(2.0), 0.0])
    assert (to_numpy(generator.finding_distances())[1:, 1:] >= found[1:, 1:]).all()
    np.testing.assert_allclose(to_numpy(generator.drawing_distances()), drawn, rtol=1e-5)


def test_properties_of_elements_are_those_of_the_tables() -> None:
    found = element_properties()
    assert found.shape == (100, PROPERTIES) and np.isfinite(found).all()
    oxygen = Element("O")
    assert found[oxygen.Z] == pytest.approx([oxygen.mendeleev_no / 10, 3 * 3.44, 2 * 0.60])
    helium = Element("He")  # without an electronegativity it has the mean of the others'
    known = [one for one in range(1, 100) if Element.from_Z(one).data.get("X") is not None]
    assert found[helium.Z, 1] == pytest.approx(found[known, 1].mean(), rel=1e-5)


def test_templates_are_held_and_no_training_changes_them(tmp_path: Path) -> None:
    generator = template_generator()
    assert {one.name for one in generator.trainable_weights} == {"found", "drawn", "factors"}
    save_model(generator, tmp_path / "generator.keras")
    loaded = load_model(tmp_path / "generator.keras", TemplateGenerator)
    arrays = table_of().arrays()
    for name in ("species", "coords", "cell"):
        np.testing.assert_allclose(to_numpy(loaded.held[name]), arrays[name], atol=1e-6)
    np.testing.assert_allclose(to_numpy(loaded.held["energies"]), ENERGIES, rtol=1e-6)
    assert loaded.settings == generator.settings and len(CRYSTALS) == loaded.settings["templates"]
    for name in ("found", "drawn", "factors"):
        own = to_numpy(getattr(generator, name))
        np.testing.assert_array_equal(to_numpy(getattr(loaded, name)), own)
