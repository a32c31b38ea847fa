"""Training of the generator of atoms: constraints, and going on after a kill."""

import multiprocessing
import os
import signal
import time

import numpy as np
import pandas as pd
import pytest

from builders.gan import (
    ADVERSARIAL,
    NETWORKS,
    NOISE,
    SMALL,
    crystals_of,
    graph_table,
    train_and_save,
)
from builders.settings import changed
from ccdcgan.crystals.compositions import Compositions, count_atoms
from ccdcgan.networks.constraint import Constraint
from ccdcgan.networks.files import load_model
from ccdcgan.networks.generator import Generator
from ccdcgan.networks.predict import predict
from ccdcgan.training.constraint_loss import ConstraintTerm
from ccdcgan.training.gan import fit_gan

pytestmark = pytest.mark.training


def test_the_constraint_pulls_the_generator(tmp_path) -> None:
    """With the same seed, a strong constraint alone must lower the predicted property."""
    graphs = graph_table(200)
    structures = crystals_of(graphs)
    constraint = Constraint(name="energy", kind="atoms", mean=0.0, spread=1.0, **SMALL)
    settings = changed(ADVERSARIAL, steps=50, steps_per_epoch=50, learning_rate=2e-2)
    settings = changed(settings, anchor=0.0, geometry=0.0)
    pure = graphs.numbers[:, 2] == 0
    predicted = {}
    for weight in (0.0, 1e4):
        terms = [ConstraintTerm(constraint, weight, "minimise")]
        generator, _, _ = fit_gan(
            graphs, terms, settings, structures, NETWORKS, tmp_path / str(weight), seed=3
        )
        noise = np.random.default_rng(0).standard_normal((200, NOISE)).astype("f4")
        _, coords, cell = generator.network([noise, graphs.numbers, graphs.counts])
        species = Compositions.even(count_atoms(structures["species"])).species()
        made = {"species": species, "coords": np.asarray(coords), "cell": np.asarray(cell)}
        predicted[weight] = predict(constraint, made)
    for rows in (pure, ~pure):  # by composition, which the generator is given
        free, pulled = predicted[0.0][rows], predicted[1e4][rows]
        assert pulled.mean() < free.mean() - free.std() / 2


def test_a_killed_training_goes_on_as_if_undisturbed(tmp_path) -> None:
    context = multiprocessing.get_context("spawn")
    results = {}
    for name in ("undisturbed", "killed"):
        folder, result = tmp_path / name / "checkpoint", tmp_path / name
        result.mkdir()
        if name == "killed":
            process = context.Process(target=train_and_save, args=(folder, result))
            process.start()
            log = folder / "log.json"
            while not log.exists():  # the first checkpoint
                assert process.is_alive(), "the training ended before it could be killed"
                time.sleep(0.01)
            os.kill(process.pid, signal.SIGKILL)
            process.join()
            assert not (result / "history.csv").exists()
        train_and_save(folder, result)
        generator = load_model(result / "generator.keras", Generator)
        results[name] = (
            pd.read_csv(result / "history.csv"),
            [np.asarray(weight) for weight in generator.weights],
        )
    pd.testing.assert_frame_equal(results["killed"][0], results["undisturbed"][0], rtol=1e-4)
    for killed, undisturbed in zip(results["killed"][1], results["undisturbed"][1], strict=True):
        np.testing.assert_allclose(killed, undisturbed, atol=1e-4)
