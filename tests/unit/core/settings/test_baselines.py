"""What crystals are compared with: built-in names, and names of other models with their files."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from builders.settings import DEFAULT, fault, with_key
from ccdcgan.core.config import check_config
from runs import ROOT

BOTH = {"random": None, "exchange": None}
FILE = "/their/crystals.zip"


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ([], {}),
        (["random", "exchange"], BOTH),
        (["random", {"a": FILE, "b-2": FILE}], {"random": None, "a": FILE, "b-2": FILE}),
        ({"other": FILE, "random": None}, {"other": FILE, "random": None}),
    ],
)
def test_lists_and_mappings_come_out_as_one_mapping(given: Any, found: dict[str, Any]) -> None:
    assert check_config(with_key("baselines", given)).baselines == found
    schema = json.loads((ROOT / "schemas/config.schema.json").read_text())
    assert Draft202012Validator(schema).is_valid({"baselines": given})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["dcgan"], "baselines.0: 'dcgan' is not allowed: one of ['random', 'exchange']"),
        (["random", "random"], "baselines.1: 'random' is named twice"),
        ([{"a": FILE}, {"a": FILE}], "baselines.1.a: 'a' is named twice"),
        ([3], "baselines.0: 3 is not allowed"),
        ([["random"]], "baselines.0: ['random'] is not allowed"),
        ({"other": None}, "baselines.other: 'other' is not allowed: one of"),
        ({"random": FILE}, "baselines.random: 'random' is made here and takes no file"),
        ({"ccdcgan": FILE}, "baselines.ccdcgan: 'ccdcgan' is the name of something else"),
        ({"test": FILE}, "baselines.test: 'test' is the name of something else"),
        ({"../x": FILE}, "'../x' is not allowed: lower-case letters, digits and hyphens"),
        ([{"Other": FILE}], "'Other' is not allowed: lower-case letters, digits and hyphens"),
        ({"other": 3}, "baselines.other: 3 is no file of crystals"),
        ({"other": ""}, "baselines.other: '' is no file of crystals"),
        ("random", "baselines: 'random' is not allowed: a list"),
        (3, "baselines: 3 is not allowed: a list"),
    ],
)
def test_faults(given: Any, said: str) -> None:
    assert said in fault(with_key("baselines", given))


def test_another_model_can_be_the_one_of_the_benchmark() -> None:
    config = with_key("baselines", [{"other": FILE}])
    assert fault(with_key("benchmark.variant", "other", config)) == ""
    assert "'other' is none of" in fault(with_key("benchmark.variant", "other", DEFAULT))
