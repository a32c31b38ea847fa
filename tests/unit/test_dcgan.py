"""The paper's generator: layouts, thresholds, training, resuming; a discriminator that has won."""

import logging
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
import pytest

from ccdcgan.codec.autoencoders import Autoencoders
from ccdcgan.codec.decode import decode_shard
from ccdcgan.codec.graph_table import GraphTable, read_graphs
from ccdcgan.core.errors import InputError
from ccdcgan.core.shards import read_shard, write_shard
from ccdcgan.generation.generate import generate_shard, stored
from ccdcgan.networks.autoencoder import Autoencoder
from ccdcgan.networks.constraint import Constraint
from ccdcgan.networks.files import load_model, save_model
from ccdcgan.networks.paper import PaperDiscriminator, PaperGenerator
from ccdcgan.networks.registry import GENERATORS
from ccdcgan.representation.graph_layout import assemble, lay_out, present_elements, tiles_of
from ccdcgan.training.adversary import PATIENCE, OneSided
from ccdcgan.training.constraint_loss import ConstraintTerm
from ccdcgan.training.gan import train_gan
from ccdcgan.training.paper_gan import PaperAdversary

LATTICE, SITES, NOISE = 12, 24, 40
SMALL = {"width": 2, "blocks": 5}
GAN = {
    "network": "paper",
    "noise": NOISE,
    "width": 4,
    "blocks": 3,
    "steps": 32,
    "steps_per_epoch": 8,
    "batch": 8,
    "learning_rate": 2e-3,
    "average": 0.5,
}
GENERATE = {"graphs": 6, "shards": 2, "systems": None, "present": 0.5}
LAYOUTS = pytest.mark.parametrize("layout", ["tiles", "rows"])


def networks() -> Autoencoders:
    shape = {"network": "dense", "width": 16, "blocks": 1}
    lattice = Autoencoder(kind="lattice", grid=32, sigma=2.0, latent=LATTICE, **shape)
    sites = Autoencoder(kind="sites", grid=64, sigma=2.0, latent=SITES, **shape)
    return Autoencoders(lattice, {0: sites})


def table(layout: str = "tiles", graphs: int = 32) -> GraphTable:
    """Graphs of cobalt, half of them with hafnium, all of whose numbers are much alike."""
    random = np.random.default_rng(5)
    tiles = np.zeros((graphs, 3, 256), "f4")
    tiles[:, 0, :LATTICE] = 0.5 + random.uniform(-0.1, 0.1, (graphs, LATTICE))
    tiles[:, 1:, :SITES] = -0.5 + random.uniform(-0.1, 0.1, (graphs, 2, SITES))
    numbers = np.tile(np.array([0, 27, 72], "i4"), (graphs, 1))
    numbers[::2, 2] = 0
    tiles[::2, 2] = 0
    counts = np.where(numbers > 0, 2, 0).astype("i4")
    labels = pd.DataFrame({"id": [f"s{n}" for n in range(graphs)], "split": "train"})
    return GraphTable(tiles, numbers, counts, labels, layout)


def trained(
    folder: Path, layout: str = "tiles", terms: list[ConstraintTerm] | None = None, **changes: Any
) -> tuple[PaperGenerator, pd.DataFrame]:
    settings = {**GAN, **changes}
    structures = pd.DataFrame()  # of no use to this generator
    generator, _, history = train_gan(
        table(layout), terms or [], settings, structures, networks(), folder, seed=3
    )
    return generator, history


def small_generator(layout: str = "tiles") -> PaperGenerator:
    return PaperGenerator(
        noise=NOISE, layout=layout, lattice=LATTICE, sites=SITES, norm=2.0, **SMALL
    )


def noise(graphs: int) -> np.ndarray:
    return np.random.default_rng(0).standard_normal((graphs, NOISE)).astype("f4")


@LAYOUTS
def test_whole_graphs_are_those_that_were_stored(tmp_path: Path, layout: str) -> None:
    graphs = np.stack(
        [
            assemble(
                np.full(LATTICE, 0.3), {z: np.full(SITES, z / 100) for z in (number, 99)}, layout
            )
            for number in (1, 27, 72)
        ]
    )
    counts = np.zeros((3, 100), "u1")
    counts[[0, 1, 2], [1, 27, 72]] = counts[:, 99] = 1
    with write_shard(tmp_path / "graphs.h5", "crystal graphs", {"layout": layout}, {}) as shard:
        shard.array("graphs", (160, 160), "f4")
        shard.append("graphs", graphs)
        shard.column("counts", counts)
        shard.strings("id", list("abc"))
        shard.strings("split", ["train"] * 3)
        shard.column("property/energy", np.zeros(3))
    read = read_graphs([tmp_path / "graphs.h5"])
    np.testing.assert_array_equal(read.whole(np.array([2, 0])), graphs[[2, 0]])
    np.testing.assert_array_equal(lay_out(tiles_of(graphs, layout), layout), graphs)


@LAYOUTS
def test_elements_below_the_threshold_are_not_stored(layout: str) -> None:
    generator = small_generator(layout)  # half of its norm of 2 is 1
    tiles = np.full((1, 100, 256), 0.01, "f4")
    norms = {27: 1.1, 48: 0.9, 72: 1.5}
    for number, norm in norms.items():
        tiles[0, number, :SITES] = norm / np.sqrt(SITES)
    graphs = lay_out(tiles, layout)
    kept = tiles_of(stored(generator, graphs, 0.5), layout)[0]
    assert present_elements(kept) == [27, 72]
    np.testing.assert_array_equal(kept[27, :SITES], tiles[0, 27, :SITES])
    assert not kept[0, LATTICE:].any() and not kept[1:, SITES:].any() and kept[0, :LATTICE].all()
    assert present_elements(tiles_of(stored(generator, graphs, 0.7), layout)[0]) == [72]
    asked = np.zeros((1, 99), bool)
    asked[0, [2, 47]] = True  # Li and Cd, whatever their norms
    assert present_elements(tiles_of(stored(generator, graphs, 0.5, asked), layout)[0]) == [3, 48]


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
    inputs = {"graphs": table().whole(np.arange(20)), "noise": noise(20)}
    before = [np.array(weight) for weight in network.weights]
    learning = {"generator": "discriminator", "discriminator": "generator"}[standing]
    losses = [
        adversary.train_on_batch(inputs, np.zeros((20, 1)), return_dict=True)[f"{learning}_loss"]
        for _ in range(25)
    ]
    assert losses[-1] < losses[0] - 2e-3  # means of all updates so far
    for old, new in zip(before, network.weights, strict=True):
        np.testing.assert_array_equal(old, np.asarray(new))


def test_a_seed_gives_the_same_graphs(tmp_path: Path) -> None:
    first, again = (trained(tmp_path / name, steps=16)[0] for name in ("first", "again"))
    np.testing.assert_allclose(np.asarray(first(noise(3))), np.asarray(again(noise(3))), atol=1e-4)


def test_a_training_goes_on_where_it_stopped(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("ccdcgan.training.loop.CHECKPOINT_SECONDS", 0.0)
    whole, history = trained(tmp_path / "whole")

    class Stop(keras.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            if epoch == 1:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_gan(
            table(),
            [],
            GAN,
            pd.DataFrame(),
            networks(),
            tmp_path / "cut",
            seed=3,
            watchers=[Stop()],
        )
    resumed, rows = trained(tmp_path / "cut")
    pd.testing.assert_frame_equal(rows, history, rtol=1e-3)
    np.testing.assert_allclose(
        np.asarray(resumed(noise(3))), np.asarray(whole(noise(3))), atol=1e-3
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


@LAYOUTS
def test_batches_hold_the_same_graphs_and_are_decoded(tmp_path: Path, layout: str) -> None:
    save_model(small_generator(layout), tmp_path / "generator.keras")
    generator = load_model(tmp_path / "generator.keras", GENERATORS["paper"])
    constraint = Constraint(name="energy", kind="paper", mean=0.0, spread=1.0, width=2, blocks=4)
    counts = np.zeros((1, 100), "i8")
    counts[0, [27, 72]] = 1
    given = counts, np.ones(1)

    def batch(number: int, **changes: Any) -> dict[str, np.ndarray]:
        path = tmp_path / f"batch-{number}.h5"
        settings = {**GENERATE, **changes}
        generate_shard(
            path, generator, None, [constraint], given, settings,
            variant="dcgan", shard=number, seed=1, notes={},
        )  # fmt: skip
        with read_shard(path, "crystal graphs") as file:
            assert file.attrs["layout"] == layout
            return {name: file[name][:] for name in ("graphs", "counts", "property/energy")}

    asked = {"systems": ["Co-Hf"]}
    parts = [batch(number, **asked) for number in (0, 1)]
    whole = batch(0, shards=1, **asked)
    np.testing.assert_allclose(
        np.concatenate([part["graphs"] for part in parts]), whole["graphs"], atol=1e-5
    )
    assert whole["graphs"].shape == (6, 160, 160) and whole["property/energy"].shape == (6,)
    assert not whole["counts"].any() and whole["counts"].shape == (6, 100)
    assert {tuple(present_elements(one)) for one in tiles_of(whole["graphs"], layout)} == {(27, 72)}
    manifest, _ = decode_shard(
        tmp_path / "batch-0.h5", networks(), "dcgan", {"threshold": 0.3, "min_distance": 0.5}
    )
    assert manifest["elements"].tolist() == ["Co-Hf"] * 6
    batch(0, present=1e3)  # no element reaches it
    manifest, crystals = decode_shard(
        tmp_path / "batch-0.h5", networks(), "dcgan", {"threshold": 0.3, "min_distance": 0.5}
    )
    assert set(manifest["elements"]) == {""} and not crystals


@pytest.mark.parametrize(
    ("losses", "warned"),
    [
        ([0.7, 0.001, 0.001, 0.001, 0.001, 0.001, 0.001], 4),
        ([0.001, 0.001, 0.7, 0.001, 0.001], None),
        ([0.6] * 6, None),
    ],
)
def test_a_discriminator_that_wins_is_said_once(caplog: Any, losses: Any, warned: Any) -> None:
    watch = OneSided("raise gan.penalty")
    with caplog.at_level(logging.WARNING):
        for epoch, loss in enumerate(losses):
            watch.on_epoch_end(epoch, {"discriminator_loss": loss})
    lines = [record.getMessage() for record in caplog.records]
    assert len(lines) == (warned is not None)
    if warned:
        assert f"epoch {warned}: the discriminator has won" in lines[0]
        assert f"for {PATIENCE} epochs" in lines[0] and lines[0].endswith("raise gan.penalty")


def test_the_training_watches_its_discriminator(
    tmp_path: Path, caplog: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("ccdcgan.training.adversary.WON", 10.0)  # of any discriminator
    with caplog.at_level(logging.WARNING):
        trained(tmp_path)
    assert "epoch 3: the discriminator has won" in caplog.text
    assert "lower gan.learning_rate or gan.width" in caplog.text
