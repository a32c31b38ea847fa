"""Rates of what came back, by what it is, and examples of it."""

import numpy as np
import pandas as pd
import pytest

from builders.structures import BCC, NACL, ODD
from ccdcgan.crystals.table import ATOMS, Crystals, atoms_of
from ccdcgan.evaluation.round_trip_metrics import COLUMNS, evaluate, examples, summarise

STRUCTURES = {"salt": NACL, "bcc": BCC, "odd": ODD}


@pytest.fixture
def returned() -> Crystals:
    """Rock salt came back, body-centred lithium as another crystal, and of one nothing."""
    rows = [
        ("salt", "train", 2, 2, 225, "valid", True, 0.01, NACL),
        ("bcc", "test", 2, 1, 229, "valid", False, np.nan, ODD),
        ("odd", "test", 2, 2, 1, "no lattice", False, np.nan, None),
    ]
    names = ("id", "split", "num_sites", "num_elements", "space_group", "status")
    table = pd.DataFrame(
        [
            dict(zip(names, row, strict=False))
            | {"reproduced": row[6], "known": row[6], "sites": True, "cdvae": row[6]}
            | {"rms": row[7], "known_rms": row[7], "cdvae_rms": row[7]}
            | atoms_of(row[8])
            for row in rows
        ],
        columns=[*COLUMNS, *ATOMS],
    )
    return Crystals(table)


def test_rates_are_of_all_and_by_kind(returned: Crystals) -> None:
    found = evaluate(returned.table)
    assert found["n"] == 3
    assert found["reproduction_blind"] == found["cdvae_rate"] == pytest.approx(1 / 3)
    assert found["rms"] == pytest.approx(0.01)
    assert found["status"] == {"valid": 2, "no lattice": 1}
    assert found["by"]["crystal_system"]["cubic"]["reproduced"] == 0.5
    assert found["by"]["crystal_system"]["triclinic"]["structures"] == 1
    parts = summarise(returned.table)
    assert parts["train"]["reproduced"] == 1 and parts["test"]["reproduced"] == 0
    assert "mean_rms" not in parts["test"] and parts["test"]["sites"] == 1


def test_examples_say_what_became_of_each(returned: Crystals) -> None:
    shown = examples(returned, Crystals.of_structures(STRUCTURES), 2, seed=0)
    assert len(shown["random"]) == 2
    titles = {title for title, _, _ in shown["worst"]}
    assert titles == {"Li\nanother crystal", "LiCd\nno lattice"}
    lost = {title: after for title, _, after in shown["worst"]}
    assert lost["LiCd\nno lattice"] is None and len(lost["Li\nanother crystal"]) == 2
    best = examples(returned, Crystals.of_structures(STRUCTURES), 3, seed=0)["worst"][-1]
    assert best[0] == "NaCl\nRMS 0.0100" and best[1].matches(best[2])
