"""Compositions that crystals are made of, as they are written in a configuration."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from builders.settings import fault, with_key
from ccdcgan.core.config import check_config
from ccdcgan.core.settings.compositions import atoms_of
from runs import ROOT

EXACT: list[Any] = ["Co2Hf", {"formula": "MnSe2", "cells": [1, 2, 4]}]
KEY = "generate.compositions"


def test_a_list_gives_the_cells_that_are_asked_for() -> None:
    config = with_key(KEY, EXACT)
    assert check_config(config).generate.asked == [
        {"Co": 2, "Hf": 1},
        {"Mn": 1, "Se": 2},
        {"Mn": 2, "Se": 4},
        {"Mn": 4, "Se": 8},
    ]
    schema = json.loads((ROOT / "schemas/config.schema.json").read_text())
    assert Draft202012Validator(schema).is_valid({"generate": {"compositions": EXACT}})


@pytest.mark.parametrize("word", ["generated", "training"])
def test_a_word_asks_for_none_exactly(word: str) -> None:
    assert check_config(with_key(KEY, word)).generate.asked == []


def test_an_element_may_stand_in_a_formula_twice() -> None:
    assert atoms_of("CH3CH2OH") == {"C": 2, "H": 6, "O": 1}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["CoQq2"], f"{KEY}.0: 'CoQq2' names the unknown element 'Qq'"),
        (["Co2Hf", "Co20Hf"], f"{KEY}.1: 'Co20Hf' has 21 atoms in its largest cell: at most 20"),
        ([{"formula": "MnSe2", "cells": [1, 7]}], f"{KEY}.0: 'MnSe2' has 21 atoms"),
        (["Co999999999999999999999Hf"], "atoms in its largest cell: at most 20"),
        (["Mg(OH)2"], f"{KEY}.0: 'Mg(OH)2' is no formula"),
        (["Co0Hf"], f"{KEY}.0: 'Co0Hf' has 0 atoms of an element"),
        (["Co2"], f"{KEY}.0: 'Co2' is an element"),
        (["Co2Hf", "HfCo2"], f"{KEY}.1: 'HfCo2': a cell is named twice"),
        ([{"formula": "Co2Hf", "cells": [2]}, "Co4Hf2"], f"{KEY}.1: 'Co4Hf2': a cell is named"),
        ([3], f"{KEY}.0: 3 is not allowed: a formula"),
        ([{"formla": "Co2Hf"}], "is not allowed: a formula"),
        ([{"formula": 3}], "is not allowed: a formula"),
        ([{"formula": "Co2Hf", "cells": 2}], f"{KEY}.0: 2 are no cells"),
        ([{"formula": "Co2Hf", "cells": [0]}], f"{KEY}.0: [0] are no cells"),
        ([{"formula": "Co2Hf", "cells": [1.0]}], f"{KEY}.0: [1.0] are no cells"),
        ([{"formula": "Co2Hf", "cells": []}], f"{KEY}.0: [] are no cells"),
        ([{"formula": "Co2Hf", "cells": [1, 1]}], f"{KEY}.0: [1, 1] are no cells"),
        ([], f"{KEY}: [] is not allowed"),
        ("all", f"{KEY}: 'all' is not allowed: one of ['generated', 'training'] or a list"),
    ],
)
def test_faults(given: Any, said: str) -> None:
    assert said in fault(with_key(KEY, given))
