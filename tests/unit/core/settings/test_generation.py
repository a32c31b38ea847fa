"""How many graphs are made, and of what."""

from typing import Any

import pytest

from builders.settings import fault, with_key


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("generate.fractions", {"Qq": [0, 1]}, ["generate.fractions.Qq: 'Qq' is no element"]),
        ("generate.fractions", {"Co": [0.3]}, ["generate.fractions.Co: [0.3]", "length of 2"]),
        (
            "generate.fractions",
            {"Co": [0, 0, 1]},
            ["generate.fractions.Co: [0, 0, 1]", "length of 2"],
        ),
        ("generate.fractions", {"Co": [0, 2]}, ["generate.fractions.Co.1: 2 ", "a maximum of 1"]),
        ("generate.fractions", {"Co": [0.7, 0.3]}, ["generate.fractions.Co", "above its largest"]),
        ("generate.systems", ["Hf-Co"], ["generate.systems.0: 'Hf-Co'", "write 'Co-Hf'"]),
        ("generate.graphs", 1, ["generate.graphs: 1 graphs are fewer than generate.shards (2)"]),
        ("generate.max_atoms", 21, ["generate.max_atoms: 21", "a maximum of 20"]),
        ("generate.start", 0.01, ["generate.start: 0.01 is neither 0 nor at least 0.03"]),
        ("generate.start", -0.1, ["generate.start: -0.1", "a minimum of 0"]),
        ("generate.start", 1.6, ["generate.start: 1.6", "a maximum of 1.5"]),
        ("generate.proposals", 0, ["generate.proposals: 0", "a minimum of 1"]),
        ("generate.choose", "any", ["generate.choose: 'any'", "['compositions', 'templates']"]),
        ("generate.leave", "none", ["generate.leave: 'none'", "['repeats', 'all']"]),
        ("generate.exchange", 0, ["generate.exchange: 0 ", "a value above 0"]),
        (
            "generate.compositions",
            "all",
            ["generate.compositions: 'all'", "one of ['generated', 'training']"],
        ),
    ],
)
def test_faults(path: str, value: Any, words: list[str]) -> None:
    message = fault(with_key(path, value))
    assert [word for word in words if word not in message] == []


@pytest.mark.parametrize(("key", "value"), [("systems", ["Co-Hf"]), ("compositions", "training")])
def test_templates_of_one_composition_are_chosen_where_it_is_drawn(key: str, value: Any) -> None:
    config = with_key("generate.choose", "templates")
    assert fault(config) == ""
    config["generate"][key] = value
    assert "generate.choose: 'templates' is for crystals of any system" in fault(config)


@pytest.mark.parametrize("start", [0, 0.03, 1.2])
def test_without_a_start_or_with_a_large_enough_one_all_is_well(start: float) -> None:
    assert fault(with_key("generate.start", start)) == ""


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"systems": ["Co-Hf"]}, "generate.systems: compositions are listed"),
        ({"fractions": {"Co": [0, 0.5]}}, "generate.fractions: compositions are listed"),
        ({"charge_neutral": True}, "generate.charge_neutral: compositions are listed"),
        ({"max_atoms": 5}, "generate.compositions.0: 'Co4Hf2' has 6 atoms"),
        ({"samples": 1}, "generate.samples: 1 graphs of all compositions are fewer than"),
        ({"forbidden": ["Hf"]}, "generate.compositions.0: 'Hf' is one of generate.forbidden"),
        ({"allowed": ["Hf"]}, "generate.compositions.0: 'Co' is none of generate.allowed"),
    ],
)
def test_what_does_not_go_with_exact_compositions(changes: dict[str, Any], said: str) -> None:
    config = with_key("generate.compositions", ["Co4Hf2"])
    assert fault(config) == ""
    config["generate"] |= changes
    assert said in fault(config)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"allowed": ["Qq"]}, "generate.allowed.0: 'Qq' is no element"),
        ({"allowed": ["Co"], "forbidden": ["Co"]}, "generate.forbidden: ['Co'] are in generate."),
        ({"forbidden": ["Hf"], "systems": ["Co-Hf"]}, "generate.systems.0: 'Hf' is one of"),
        ({"allowed": ["Hf"], "systems": ["Co-Hf"]}, "generate.systems.0: 'Co' is none of"),
        ({"charge_neutral": "yes"}, "generate.charge_neutral: 'yes' is not allowed: true or"),
        ({"samples": 0}, "generate.samples: 0 is not allowed"),
    ],
)
def test_faults_of_strict_conditions(changes: dict[str, Any], said: str) -> None:
    config = with_key("generate.systems", None)
    config["generate"] |= changes
    assert said in fault(config)
