"""One fold of a learning curve: the same trainings with and without the start."""

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from ccdcgan.core.settings.constraint import ConstraintTraining
from ccdcgan.core.settings.finetune import LEAST, FinetuneSettings
from ccdcgan.crystals.properties import learnable
from ccdcgan.crystals.table import Crystals
from ccdcgan.evaluation.learning_curve import COLUMNS, STARTS, deal_folds, splits
from ccdcgan.networks.constraint import Constraint
from ccdcgan.networks.predict import predict
from ccdcgan.training.constraint import fit_constraint


def predict_fold(
    structures: Crystals,
    name: str,
    start: Constraint,
    settings: ConstraintTraining,
    finetune: FinetuneSettings,
    *,
    fold: int,
    seed: int,
) -> pd.DataFrame:
    """Predict the structures of a fold by networks that have learnt from some of the others.

    A formula is in one fold alone. Of each size one network goes on from `start` and one begins
    with nothing: both see the same structures as often, in batches of the same order, and stop by
    the same rule. Returns a row a structure, size and start, with the columns of
    `evaluation.learning_curve`. Raises `InputError` where there is nothing to be learnt.
    """
    known = learnable(structures, name, LEAST)
    fold_of = deal_folds(list(known["formula"]), finetune.folds, seed)
    found = []
    for size, parts in splits(fold_of, fold, finetune.sizes, seed).items():
        sorted_out = known.assign(split=parts)
        test = sorted_out.part("test")
        learnt = sorted_out.where(np.isin(parts, ["train", "validation"]))
        for kind in STARTS:
            if kind == "median":
                predicted = np.full(len(test), float(learnt[name].median()))
            else:
                base = start if kind == "pretrained" else None
                predicted = _train_and_predict(sorted_out, name, settings, seed, base)
            rows = pd.DataFrame({"structure": list(test), "true": test[name]})
            found.append(
                rows.assign(
                    fold=fold, size=size, structures=len(learnt), start=kind, predicted=predicted
                )[list(COLUMNS)]
            )
    return pd.concat(found, ignore_index=True)


def _train_and_predict(
    structures: Crystals,
    name: str,
    settings: ConstraintTraining,
    seed: int,
    start: Constraint | None,
) -> np.ndarray:
    """Train on the parts `train` and `validation`, and predict the part `test`."""
    with tempfile.TemporaryDirectory() as folder:
        model, _ = fit_constraint(structures, [], name, settings, Path(folder), seed, start=start)
    return predict(model, structures.part("test").arrays())
