"""Training of the generator of tiles: both networks learn, seeds, resuming, constraints."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
import pytest

from builders.paper_gan import LATTICE, NOISE, SITES, graph_table, networks
from builders.settings import changed
from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.gan import TilesGanTraining
from ccdcgan.crystals.table import Crystals
from ccdcgan.networks.constraint import Constraint
from ccdcgan.networks.discriminator import Discriminator
from ccdcgan.networks.tiles import TilesGenerator
from ccdcgan.representation.graph_layout import present_elements, tiles_of
from ccdcgan.training.constraint_loss import ConstraintTerm
from ccdcgan.training.gan import fit_gan
from ccdcgan.training.tiles_gan import TilesAdversary

pytestmark = pytest.mark.training
GAN = TilesGanTraining(
    network="tiles",
    noise=NOISE,
    width=16,
    blocks=1,
    steps=32,
    steps_per_epoch=8,
    batch=8,
    learning_rate=5e-3,
    penalty=1.0,
    average=0.5,
    temperature=0.05,
)
COHF = np.array([[0, 27, 72]], "i4")


def trained(
    folder: Path, terms: list[ConstraintTerm] | None = None, **changes: Any
) -> tuple[TilesGenerator, pd.DataFrame]:
    structures = Crystals(pd.DataFrame({"id": []}))  # of no use to this generator
    told = (graph_table(), terms or [], changed(GAN, **changes), structures, networks(), folder)
    generator, _, history = fit_gan(*told, seed=3)
    return generator, history


def graphs(generator: TilesGenerator, number: int = 3) -> np.ndarray:
    noise = np.random.default_rng(0).standard_normal((number, NOISE)).astype("f4")
    return np.asarray(generator([noise, np.repeat(COHF, number, axis=0)]))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[TilesGenerator, pd.DataFrame]:
    """A training that nothing disturbed: generator and history."""
    return trained(tmp_path_factory.mktemp("whole"))


@pytest.mark.parametrize("standing", ["generator", "discriminator"])
def test_each_network_learns_against_the_other(standing: str) -> None:
    """Its loss falls while the other one stands still, and the other one does stand still."""
    keras.utils.set_random_seed(1)
    shape = {"width": 16, "blocks": 1}
    generator = TilesGenerator(noise=NOISE, lattice=LATTICE, sites=SITES, **shape)
    adversary = TilesAdversary(generator, Discriminator(**shape), [], 0.1)
    network = getattr(adversary, standing)
    network.trainable = False
    adversary.compile(keras.optimizers.Adam(5e-3, beta_1=0.0), jit_compile=False)
    table, random = graph_table(), np.random.default_rng(0)
    inputs = {
        "tiles": table.tiles,
        "numbers": table.numbers,
        "noise": random.standard_normal((32, NOISE)).astype("f4"),
        "jitter": random.standard_normal(table.tiles.shape).astype("f4"),
    }
    before = [np.array(weight) for weight in network.weights]
    learning = {"generator": "discriminator", "discriminator": "generator"}[standing]
    losses = [
        adversary.train_on_batch(inputs, np.zeros((32, 1)), return_dict=True)[f"{learning}_loss"]
        for _ in range(25)
    ]
    assert losses[-1] < losses[0] - 2e-2  # means of all updates so far
    for old, new in zip(before, network.weights, strict=True):
        np.testing.assert_array_equal(old, np.asarray(new))


def test_it_comes_near_to_what_it_learns_from(tmp_path: Path) -> None:
    """All numbers of the training graphs are much alike: 0.5 of lattices and -0.5 of elements."""
    generator, _ = trained(tmp_path, steps=200, steps_per_epoch=50, average=0.9)
    tiles = tiles_of(graphs(generator, 20))
    assert all(present_elements(one) == [27, 72] for one in tiles)
    assert tiles[:, 0, :LATTICE].mean() > 0.1 > -0.1 > tiles[:, [27, 72], :SITES].mean()


def test_a_seed_gives_the_same_graphs(whole: Any, tmp_path: Path) -> None:
    np.testing.assert_allclose(graphs(whole[0]), graphs(trained(tmp_path)[0]), atol=1e-4)


def test_a_training_goes_on_where_it_stopped(whole: Any, tmp_path: Path) -> None:
    class Stop(keras.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            if epoch == 1:
                raise KeyboardInterrupt

    settings, structures = GAN, Crystals(pd.DataFrame({"id": []}))
    told = (graph_table(), [], settings, structures, networks(), tmp_path)
    with pytest.raises(KeyboardInterrupt):
        fit_gan(*told, seed=3, callbacks=[Stop()])
    generator, history = trained(tmp_path)
    assert history["epoch"].tolist() == [1, 2, 3, 4]
    np.testing.assert_allclose(graphs(generator), graphs(whole[0]), atol=1e-3)


def test_a_constraint_pulls_the_graphs(whole: Any, tmp_path: Path) -> None:
    keras.utils.set_random_seed(0)
    energy = Constraint(name="energy", kind="tiles", mean=0.0, spread=1.0, width=8, blocks=1)
    generator, history = trained(tmp_path, [ConstraintTerm(energy, 1e3, "minimise")])
    assert history["predicted_energy"].iloc[-1] < history["predicted_energy"].iloc[0]
    pulled = np.asarray(energy({"graphs": graphs(generator, 20)}))
    free = np.asarray(energy({"graphs": graphs(whole[0], 20)}))
    assert pulled.mean() < free.mean() - free.std()


def test_a_constraint_that_reads_atoms_is_refused(tmp_path: Path) -> None:
    atoms = Constraint(name="energy", kind="atoms", mean=0.0, spread=1.0, width=8, blocks=1)
    with pytest.raises(InputError, match="reads atoms, but this generator writes graphs"):
        trained(tmp_path, [ConstraintTerm(atoms, 0.1, "minimise")])
