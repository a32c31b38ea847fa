"""Predictions from stored graphs: which structures are asked, and what is said of them."""

import numpy as np
import pandas as pd
import pytest

from builders.paper_gan import graph_table, networks
from builders.settings import SECTIONS
from ccdcgan.core.shards import write_shard
from ccdcgan.crystals.table import Crystals
from ccdcgan.evaluation import prediction
from ccdcgan.networks.constraint import Constraint
from ccdcgan.representation.graph_layout import GRAPHS


@pytest.fixture(scope="module")
def model() -> Constraint:
    return Constraint(name="energy", kind="paper", mean=-1.0, spread=0.5, width=2, blocks=5)


@pytest.fixture(scope="module")
def shard(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The graphs s0 to s9."""
    path = tmp_path_factory.mktemp("graphs") / "graphs.h5"
    with write_shard(path, GRAPHS, {"layout": "tiles"}, {}) as file:
        file.array("graphs", (160, 160), "f4")
        file.append("graphs", graph_table(graphs=10).graphs(np.arange(10)))
        file.strings("id", [f"s{n}" for n in range(10)])
    return str(path)


def structures(energies: list[float]) -> Crystals:
    """Six structures of the training part and four of the test part."""
    split = ["train"] * 6 + ["test"] * 4
    ids = [f"s{n}" for n in range(10)]
    return Crystals(pd.DataFrame({"id": ids, "split": split, "energy": energies}))


def test_all_of_the_test_part_and_a_sample_of_the_others(
    model: Constraint, shard: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prediction, "SAMPLE", 3)
    table = structures(np.linspace(-2, 0, 10).tolist())
    rows, metrics = prediction.assess(model, table, [shard], networks(), "energy", SECTIONS.decode)
    assert rows["split"].value_counts().to_dict() == {"test": 4, "train": 3}
    assert {part: one["structures"] for part, one in metrics.items()} == {"test": 4, "train": 3}
    test = rows[rows["split"] == "test"].set_index("id")
    assert test["true"].tolist() == table["energy"].tail(4).tolist()
    error = (test["predicted"] - test["true"]).abs().mean()
    assert metrics["test"]["mae"] == pytest.approx(error)
    assert metrics["test"]["not_read"] == 0


def test_without_a_label_nothing_is_predicted(model: Constraint) -> None:
    for name, energies in (("energy", [np.nan] * 10), ("gap", [0.0] * 10)):
        rows, metrics = prediction.assess(
            model, structures(energies), [], networks(), name, SECTIONS.decode
        )
        assert metrics == {} and not len(rows)
        assert list(rows) == ["id", "split", "true", "predicted"]
