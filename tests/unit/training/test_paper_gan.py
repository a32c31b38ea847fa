"""Training of the paper's generator: both networks learn, seeds, resuming, constraints."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
import pytest

from builders.paper_gan import GAN, LATTICE, NOISE, SITES, graph_table, networks, trained
from ccdcgan.core.errors import InputError
from ccdcgan.crystals.table import Crystals
from ccdcgan.networks.constraint import Constraint
from ccdcgan.networks.paper import PaperDiscriminator, PaperGenerator
from ccdcgan.training.constraint_loss import ConstraintTerm
from ccdcgan.training.gan import fit_gan
from ccdcgan.training.paper_gan import PaperAdversary

pytestmark = pytest.mark.training


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[PaperGenerator, pd.DataFrame]:
    """A training that nothing disturbed: generator and history."""
    return trained(tmp_path_factory.mktemp("whole"))


def noise(graphs: int) -> np.ndarray:
    return np.random.default_rng(0).standard_normal((graphs, NOISE)).astype("f4")


@pytest.mark.parametrize("standing", ["generator", "discriminator"])
def test_each_network_learns_against_the_other(standing: str) -> None:
    """Its loss falls while the other one stands still, and the other one does stand still."""
    keras.utils.set_random_seed(1)
    shape = {"width": 2, "blocks": 3}
    generator = PaperGenerator(
        noise=NOISE, layout="tiles", lattice=LATTICE, sites=SITES, norm=2.0, **shape
    )
    adversary = PaperAdversary(generator, PaperDiscriminator(**shape), [])
    network = getattr(adversary, standing)
    network.trainable = False
    adversary.compile(keras.optimizers.Adam(2e-3, beta_1=0.5), jit_compile=False)
    inputs = {"graphs": graph_table().graphs(np.arange(20)), "noise": noise(20)}
    before = [np.array(weight) for weight in network.weights]
    learning = {"generator": "discriminator", "discriminator": "generator"}[standing]
    losses = [
        adversary.train_on_batch(inputs, np.zeros((20, 1)), return_dict=True)[f"{learning}_loss"]
        for _ in range(25)
    ]
    assert losses[-1] < losses[0] - 2e-3  # means of all updates so far
    for old, new in zip(before, network.weights, strict=True):
        np.testing.assert_array_equal(old, np.asarray(new))


def test_a_seed_gives_the_same_graphs(whole: Any, tmp_path: Path) -> None:
    first, again = whole[0], trained(tmp_path)[0]
    np.testing.assert_allclose(np.asarray(first(noise(3))), np.asarray(again(noise(3))), atol=1e-4)


def test_a_training_goes_on_where_it_stopped(whole: Any, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("ccdcgan.training.loop.CHECKPOINT_SECONDS", 0.0)
    undisturbed, history = whole

    class Stop(keras.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            if epoch == 1:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit_gan(
            graph_table(),
            [],
            GAN,
            Crystals(pd.DataFrame({"id": []})),
            networks(),
            tmp_path,
            seed=3,
            callbacks=[Stop()],
        )
    resumed, rows = trained(tmp_path)
    pd.testing.assert_frame_equal(rows, history, rtol=1e-3)
    np.testing.assert_allclose(
        np.asarray(resumed(noise(3))), np.asarray(undisturbed(noise(3))), atol=1e-3
    )


def test_a_constraint_pulls_the_graphs(tmp_path: Path) -> None:
    constraint = Constraint(name="energy", kind="paper", mean=-3.0, spread=1.0, width=2, blocks=4)
    for weight in constraint.weights:  # a network that says something of every number
        weight.assign(np.random.default_rng(1).normal(0.02, 0.05, weight.shape))
    predicted = {}
    for weight in (0.0, 1e3):
        terms = [ConstraintTerm(constraint, weight, "minimise")]
        generator, history = trained(tmp_path / str(weight), terms=terms)
        assert history["predicted_energy"].notna().all()
        graphs = np.asarray(generator(noise(20), training=False))
        predicted[weight] = float(np.mean(constraint({"graphs": graphs})))
    assert predicted[1e3] < predicted[0.0] - 1e-3
    atoms = Constraint(name="energy", kind="atoms", mean=0.0, spread=1.0, width=16, blocks=1)
    with pytest.raises(InputError, match="'energy' reads atoms"):
        trained(tmp_path / "atoms", terms=[ConstraintTerm(atoms, 1.0, "minimise")])
