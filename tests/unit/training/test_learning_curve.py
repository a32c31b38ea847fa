"""One fold of a learning curve, trained with and without a start."""

import numpy as np
import pytest

from builders.gan import CONSTRAINT, SMALL, crystals_of, graph_table
from builders.settings import changed
from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.finetune import FinetuneSettings
from ccdcgan.crystals.table import Crystals
from ccdcgan.networks.constraint import Constraint
from ccdcgan.training.learning_curve import predict_fold

TRAINING = changed(CONSTRAINT, epochs=2, patience=2)
FINETUNE = FinetuneSettings(sizes=[20], folds=3)
pytestmark = pytest.mark.training


@pytest.fixture(scope="module")
def structures() -> Crystals:
    crystals = crystals_of(graph_table())
    return crystals.assign(formula=[f"A{n}" for n in range(len(crystals))])


@pytest.fixture(scope="module")
def start() -> Constraint:
    return Constraint(name="energy", kind="atoms", mean=0.0, spread=1.0, **SMALL)


def test_every_structure_of_a_fold_is_predicted_by_each_start(structures, start) -> None:
    told = {"fold": 1, "seed": 4}
    found = predict_fold(structures, "energy", start, TRAINING, FINETUNE, **told)
    cases = found.groupby(["size", "start"], sort=False)["structures"].agg(["size", "first"])
    assert set(cases["size"]) == {20} and len(cases) == 6
    assert cases["first"].to_dict() == {
        (size, kind): {"20": 20, "all": 40}[size]
        for size in ("20", "all")
        for kind in ("pretrained", "scratch", "median")
    }
    true = structures.table.set_index("id")["energy"]
    np.testing.assert_allclose(found["true"], true.loc[found["structure"]])
    assert found["predicted"].notna().all()
    by_start = {kind: rows["predicted"].to_numpy() for kind, rows in found.groupby("start")}
    assert not np.allclose(by_start["pretrained"], by_start["scratch"])
    median = found[(found["start"] == "median") & (found["size"] == "all")]["predicted"]
    others = true.drop(median.index.map(found["structure"]))
    assert median.to_numpy() == pytest.approx(others.median())


@pytest.mark.parametrize(("kept", "said"), [(3, "only 3 structures"), (None, "all 60 values")])
def test_too_few_or_equal_values_are_one_line(structures, start, kept, said) -> None:
    energies = structures["energy"].where(structures["energy"].index < (kept or 60))
    crystals = structures.assign(energy=energies if kept else 1.0)
    with pytest.raises(InputError, match=f"constraint property 'energy': {said}"):
        predict_fold(crystals, "energy", start, TRAINING, FINETUNE, fold=0, seed=1)
