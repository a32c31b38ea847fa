"""Trainings of the generator of tiles: both learn, seeds, resuming, constraints."""

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
from ccdcgan.networks.files import save_model
from ccdcgan.networks.tiles import TilesDiscriminator, TilesGenerator
from ccdcgan.representation.graph_layout import present_elements, tiles_of
from ccdcgan.training.constraint_loss import ConstraintTerm
from ccdcgan.training.gan import fit_gan, make_adversary
from ccdcgan.training.loop import fit
from ccdcgan.training.tiles_gan import flow_matching

pytestmark = pytest.mark.training
GAN = TilesGanTraining.model_validate(
    {
        "network": "tiles",
        "noise": NOISE,
        "width": 16,
        "blocks": 1,
        "rounds": 4,
        "penalty": 1.0,
        "anchor": 0.3,
        "flow": {"steps": 16, "learning_rate": 5e-3},
        "steps": 32,
        "steps_per_epoch": 8,
        "batch": 8,
        "learning_rate": 5e-3,
        "average": 0.5,
        "temperature": 0.05,
    }
)
COHF = np.array([[0, 27, 72]], "i4")
NONE = Crystals(pd.DataFrame({"id": []}))  # crystals are of no use to this generator


def trained_flow(folder: Path, seed: int = 1, **changes: Any) -> tuple[TilesGenerator, Any]:
    keras.utils.set_random_seed(seed)
    matching, batches = flow_matching(graph_table(), changed(GAN, **changes), networks(), seed)
    history = fit(matching, batches, None, folder, epochs=4, patience=None)
    return matching.generator, history


@pytest.fixture(scope="module")
def flow(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The file of a generator that has seen a few updates."""
    folder = tmp_path_factory.mktemp("flow")
    save_model(trained_flow(folder / "checkpoint")[0], folder / "model.keras")
    return str(folder / "model.keras")


def trained(
    folder: Path, flow: str | None, terms: list[ConstraintTerm] | None = None, **changes: Any
) -> tuple[TilesGenerator, pd.DataFrame]:
    told = (graph_table(), terms or [], changed(GAN, **changes), NONE, networks(), folder)
    generator, discriminator, history = fit_gan(*told, seed=3, flow=flow)
    assert isinstance(discriminator, TilesDiscriminator)
    return generator, history


def graphs(generator: TilesGenerator, number: int = 3) -> np.ndarray:
    noise = np.random.default_rng(0).standard_normal((number, NOISE)).astype("f4")
    return np.asarray(generator([noise, np.repeat(COHF, number, axis=0)]))


@pytest.fixture(scope="module")
def whole(
    flow: str, tmp_path_factory: pytest.TempPathFactory
) -> tuple[TilesGenerator, pd.DataFrame]:
    """A training that nothing disturbed: generator and history."""
    return trained(tmp_path_factory.mktemp("whole"), flow)


def test_a_flow_comes_near_to_what_it_learns_from(tmp_path: Path) -> None:
    """Latent numbers of the training graphs scatter by 0.06 around 0.5 and -0.5."""
    generator, history = trained_flow(tmp_path, steps_per_epoch=100, average=0.9, rounds=8)
    assert history["miss"].iloc[-1] < history["miss"].iloc[0]
    tiles = tiles_of(graphs(generator, 20))
    assert all(present_elements(one) == [27, 72] for one in tiles)
    assert abs(tiles[:, 0, :LATTICE].mean() - 0.5) < 0.03
    assert abs(tiles[:, [27, 72], :SITES].mean() + 0.5) < 0.03
    scatter = tiles[:, 0, :LATTICE].std(axis=0)
    assert 1e-4 < scatter.mean() < 0.12  # neither one graph nor noise


@pytest.mark.parametrize("standing", ["generator", "discriminator"])
def test_each_network_learns_against_the_other(standing: str, flow: str) -> None:
    """Its loss falls while the other one stands still, and the other one does stand still."""
    adversary, batches = make_adversary(
        graph_table(), [], changed(GAN, penalty=0.1, anchor=0.0), NONE, networks(), 1, flow
    )
    network = getattr(adversary, standing)
    network.trainable = False
    adversary.compile(keras.optimizers.Adam(5e-3, beta_1=0.0), jit_compile=False)
    before = [np.array(weight) for weight in network.weights]
    learning = {"generator": "discriminator", "discriminator": "generator"}[standing]
    inputs, targets = batches[0]
    losses = [
        adversary.train_on_batch(inputs, targets, return_dict=True)[f"{learning}_loss"]
        for _ in range(25)
    ]
    assert losses[-1] < losses[0] - 2e-2  # means of all updates so far
    for old, new in zip(before, network.weights, strict=True):
        np.testing.assert_array_equal(old, np.asarray(new))


def test_the_rounds_are_those_in_which_graphs_are_made(flow: str) -> None:
    _, batches = make_adversary(graph_table(), [], GAN, NONE, networks(), 1, flow)
    shares = {round(float(share), 6) for n in range(8) for share in batches[n][0]["share"][:, 0]}
    assert shares == {0.0, 0.25, 0.5, 0.75}


def test_a_seed_gives_the_same_graphs(whole: Any, flow: str, tmp_path: Path) -> None:
    np.testing.assert_allclose(graphs(whole[0]), graphs(trained(tmp_path, flow)[0]), atol=1e-4)


def test_a_training_goes_on_where_it_stopped(whole: Any, flow: str, tmp_path: Path) -> None:
    class Stop(keras.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            if epoch == 1:
                raise KeyboardInterrupt

    told = (graph_table(), [], GAN, NONE, networks(), tmp_path)
    with pytest.raises(KeyboardInterrupt):
        fit_gan(*told, seed=3, callbacks=[Stop()], flow=flow)
    generator, history = trained(tmp_path, flow)
    assert history["epoch"].tolist() == [1, 2, 3, 4]
    np.testing.assert_allclose(graphs(generator), graphs(whole[0]), atol=1e-3)


def test_a_constraint_pulls_the_graphs(whole: Any, flow: str, tmp_path: Path) -> None:
    keras.utils.set_random_seed(0)
    energy = Constraint(name="energy", kind="tiles", mean=0.0, spread=1.0, width=8, blocks=1)
    generator, history = trained(tmp_path, flow, [ConstraintTerm(energy, 1e3, "minimise")])
    assert history["predicted_energy"].iloc[-1] < history["predicted_energy"].iloc[0]
    pulled = np.asarray(energy({"graphs": graphs(generator, 20)}))
    free = np.asarray(energy({"graphs": graphs(whole[0], 20)}))
    assert pulled.mean() < free.mean() - free.std()


def test_crystals_of_too_many_elements_are_left_out() -> None:
    table = graph_table()
    table.numbers = np.concatenate([table.numbers, np.tile([[3, 4, 5]], (32, 1))], axis=1)
    table.numbers[2:, 3:] = 0
    room = np.zeros((32, 3, 256), "f4")
    table.tiles, table.counts = np.concatenate([table.tiles, room], axis=1), table.numbers
    _, batches = flow_matching(table, GAN, networks(), seed=1)
    assert batches.samples == 31  # the second has five elements, the first four
    inputs, _ = batches[0]
    assert inputs["numbers"].shape == (8, 5)
    table.numbers[:, 1:] = [27, 72, 3, 4, 5]
    with pytest.raises(InputError, match="no graph in the part 'train' with at most 4 elements"):
        flow_matching(table, GAN, networks(), seed=1)


def test_a_constraint_that_reads_atoms_is_refused(flow: str, tmp_path: Path) -> None:
    atoms = Constraint(name="energy", kind="atoms", mean=0.0, spread=1.0, width=8, blocks=1)
    with pytest.raises(InputError, match="reads atoms, but this generator writes graphs"):
        trained(tmp_path, flow, [ConstraintTerm(atoms, 0.1, "minimise")])


def test_without_a_flow_there_is_nothing_to_go_on_from(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="goes on from a flow"):
        trained(tmp_path, None)
