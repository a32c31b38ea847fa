"""What the fields of all sections take, and that all sections are of one kind."""

import math
from typing import Any

import pytest
import yaml
from pydantic import BaseModel, ValidationError

from builders.settings import DEFAULT, fault, with_key
from ccdcgan.core.config import Config, check_config
from ccdcgan.core.settings.analysis import ArmGenerateSettings
from ccdcgan.core.settings.fields import unknown_placeholders


def models_in(model: type[BaseModel]) -> set[type[BaseModel]]:
    """All models that a model holds, directly or through one another."""

    def within(annotation: Any) -> set[type[BaseModel]]:
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            return {annotation, *models_in(annotation)}
        return set().union(*map(within, getattr(annotation, "__args__", ())))

    return set().union(*(within(field.annotation) for field in model.model_fields.values()))


MODELS = [Config, *sorted(models_in(Config), key=str)]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_section_is_frozen_and_closed(model: type[BaseModel]) -> None:
    assert model.model_config["frozen"] and model.model_config["extra"] == "forbid"
    assert model.model_config["strict"] and not model.model_config["allow_inf_nan"]


def test_no_model_has_a_default_of_its_own() -> None:
    def optional(model: type[BaseModel]) -> set[str]:
        names = {f"{model.__name__}.{name}" for name in model.model_fields}
        return names - {
            f"{model.__name__}.{name}"
            for name, field in model.model_fields.items()
            if field.is_required()
        }

    # What an entry of a list or mapping may leave out; no key of a section.
    arm = {f"ArmGenerateSettings.{name}" for name in ArmGenerateSettings.model_fields}
    assert set().union(*map(optional, MODELS)) == {
        "ConstraintProperty.target",
        "AskedComposition.cells",
        "ArmSettings.network",
        *arm,
    }


def test_a_value_cannot_be_changed() -> None:
    config = check_config(DEFAULT)
    with pytest.raises(ValidationError, match="frozen"):
        config.gan.atoms.width = 1  # type: ignore[misc]


def test_placeholders() -> None:
    assert unknown_placeholders("mpirun -n {threads} pw.x", "threads") == []
    assert unknown_placeholders("a{x}b{x}", "y", "z") == [
        "'a{x}b{x}' holds the unknown placeholder '{x}': allowed is {y}, {z}"
    ]
    assert len(unknown_placeholders("{threads:d} {threads} {", "threads")) == 2


@pytest.mark.parametrize(
    ("systems", "words"),
    [
        (["Co-Qq"], ["systems.0: 'Co-Qq' names the unknown element 'Qq': allowed are H to Es"]),
        (["Qq-Co"], ["'Qq': allowed are H to Es", "systems.0: 'Qq-Co' is not in alphabetical"]),
        (["Co-Co"], ["systems.0: 'Co-Co' names an element twice"]),
        (["Co-Hf", "Co-Hf"], ["systems: ['Co-Hf', 'Co-Hf'] has non-unique elements"]),
        ([], ["systems: [] is not allowed: a list with a minimum length of 1"]),
    ],
)
def test_systems(systems: list[str], words: list[str]) -> None:
    message = fault(with_key("systems", systems))
    assert [word for word in words if word not in message] == []


def test_free_mappings_hold_plain_values_alone() -> None:
    path = "data.materials_project.criteria"
    date = yaml.safe_load("{last_updated: 2026-01-01}")
    assert f"{path}.last_updated: '2026-01-01' is read as a date: quote it" in fault(
        with_key(path, date)
    )
    nested = {"num_sites": [1, math.inf], "deprecated": False, "note": None}
    assert f"config {path}.num_sites.1: inf is not allowed: a finite number" in fault(
        with_key(path, nested)
    )
    assert fault(with_key(path, {"num_sites": [1, 20]})) == ""
