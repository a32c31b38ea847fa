"""Hulls, statistics, match rates and the experiment."""

from typing import Any

import pytest

from builders.settings import fault, with_key


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("hull.reference", "dft", ["hull.reference: 'dft'", "['potential', 'source']"]),
        ("hull.stable_below", -0.1, ["hull.stable_below: -0.1", "a minimum of 0"]),
        ("known_phases.max_above_hull", -1, ["max_above_hull: -1", "a minimum of 0"]),
        ("hull.corrections", "mp2021", ["hull.corrections: 'mp2021'", "one of ['mp2020', 'none']"]),
        ("benchmark.crystals", 0, ["benchmark.crystals: 0 ", "a minimum of 1"]),
        ("benchmark.variant", "random", ["'random' is none of the variants", "dcgan, ccdcgan"]),
        ("statistics.csp", "yes", ["statistics.csp: 'yes'", "true or false"]),
        ("csp.sample", 0, ["csp.sample: 0 ", "null: all"]),
        ("csp.tries", 1.5, ["csp.tries: 1.5 is not allowed: an integer"]),
        ("csp.shards", 0, ["csp.shards: 0 ", "a minimum of 1"]),
        ("csp.variant", "random", ["csp.variant: 'random'", "['dcgan', 'ccdcgan']"]),
        ("augmentation.hypothetical", 0, ["augmentation.hypothetical: 0 ", "null for all"]),
        ("augmentation.seeds", [1, 1], ["augmentation.seeds: [1, 1] has non-unique elements"]),
        ("augmentation.seeds", [1.0], ["augmentation.seeds.0: 1.0 is not allowed: an integer"]),
        ("augmentation.system", "Hf-Co", ["augmentation.system: 'Hf-Co'", "write 'Co-Hf'"]),
    ],
)
def test_faults(path: str, value: Any, words: list[str]) -> None:
    message = fault(with_key(path, value))
    assert [word for word in words if word not in message] == []
