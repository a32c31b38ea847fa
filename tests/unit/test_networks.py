"""Networks: shapes, saving, masks; trainings that go on after a kill and stop at bad numbers."""

import multiprocessing
import os
import signal
import time
from pathlib import Path

import keras
import numpy as np
import pandas as pd
import pytest
from pymatgen.core import Lattice, Structure

from ccdcgan.adversarial import Drive, train_gan
from ccdcgan.constraint import assess, pull, train_constraint
from ccdcgan.decoding import Decoders
from ccdcgan.errors import InputError
from ccdcgan.graph_data import GraphTable
from ccdcgan.networks.autoencoder import Autoencoder
from ccdcgan.networks.generator import Generator, draw_lattice, draw_sites
from ccdcgan.networks.layers import LowPass
from ccdcgan.networks.tiles import Constraint
from ccdcgan.structures import from_structure
from ccdcgan.training import Batches, fit, load_model, save_model
from ccdcgan.voxels import lattice_image, quantise, site_image

SMALL = {"width": 16, "blocks": 1}
TRAINING = {**SMALL, "epochs": 3, "batch": 8, "learning_rate": 1e-3, "patience": 3}
ADVERSARIAL = {
    **SMALL,
    "noise": 40,
    "steps": 6,
    "steps_per_epoch": 3,
    "batch": 8,
    "learning_rate": 1e-3,
    "penalty": 1.0,
    "anchor": 0.1,
    "geometry": 0.1,
    "average": 0.9,
}
NOISE = 40
keras.utils.set_random_seed(0)
NETWORKS = Decoders(
    Autoencoder(kind="lattice", grid=32, sigma=2.0, network="dense", latent=12, width=16, blocks=1),
    {
        0: Autoencoder(
            kind="sites", grid=64, sigma=2.0, network="dense", latent=24, width=16, blocks=1
        )
    },
)
CRYSTAL = Structure(Lattice.orthorhombic(3, 4, 5), ["Co"] * 2 + ["Hf"] * 2, np.eye(4, 3) / 3)


def table(graphs: int = 60) -> GraphTable:
    """Random graphs of one or two elements, whose property is a mean of their numbers."""
    random = np.random.default_rng(5)
    tiles = np.zeros((graphs, 3, 256), "f4")
    tiles[:, 0, :12] = random.uniform(-1, 1, (graphs, 12))
    tiles[:, 1:, :24] = random.uniform(-1, 1, (graphs, 2, 24))
    numbers = np.tile(np.array([0, 27, 72], "i4"), (graphs, 1))
    numbers[::3, 2] = 0
    tiles[::3, 2] = 0
    counts = np.where(numbers > 0, 2, 0).astype("i4")
    counts[:, 0] = counts.sum(axis=1)
    labels = pd.DataFrame(
        {
            "id": [f"s{n}" for n in range(graphs)],
            "split": ["train", "train", "validation", "test"] * (graphs // 4),
            "copy": 0,
            "energy": tiles[:, 1].mean(axis=1) * 10,
        }
    )
    return GraphTable(tiles, numbers, counts, labels)


def atoms(graphs: GraphTable) -> pd.DataFrame:
    """Structures with the compositions of the graphs."""
    rows = []
    for name, numbers in zip(graphs.labels["id"], graphs.numbers, strict=True):
        crystal = CRYSTAL.copy()
        if not numbers[2]:
            crystal.remove_species(["Hf"])
        rows.append({"id": name, **from_structure(crystal)})
    return pd.DataFrame(rows)


def small_generator() -> Generator:
    return Generator(
        noise=NOISE,
        lattice=NETWORKS.lattice.settings,
        sites={"0": NETWORKS.sites[0].settings},
        cell={"mean": [1, 0, 1, 0, 0, 1], "spread": [0.1] * 6, "volumes": [10.0] * 100},
        **SMALL,
    )


def test_the_generator_draws_what_the_encoders_were_trained_on() -> None:
    """Atoms and a cell give the images that the stored ones are prepared to."""
    crystal = Structure(
        Lattice.from_parameters(3.2, 4.1, 5.3, 80, 95, 110),
        ["Co", "Co", "Hf"],
        [[0.1, 0.2, 0.9], [0.6, 0.55, 0.3], [0.4, 0.1, 0.7]],
    )
    coords = np.zeros((1, 20, 3), "f4")
    coords[0, :3] = crystal.frac_coords
    member = np.zeros((1, 20, 3), "f4")
    member[0, [0, 1, 2], [1, 1, 2]] = 1
    images = np.asarray(draw_sites(coords, member))[0]
    for place, symbol in ((1, "Co"), (2, "Hf")):
        own = [site.frac_coords for site in crystal if site.specie.symbol == symbol]
        stored = quantise(site_image(np.array(own)))[None, ::2, ::2, ::2]
        expected = np.asarray(NETWORKS.sites[0].prepare(stored, np.zeros((1, 3), "f4")))[0]
        np.testing.assert_allclose(images[place], expected, atol=0.02)
    matrix = crystal.lattice.matrix
    triangle = np.linalg.cholesky(matrix @ matrix.T)[np.tril_indices(3)]
    stored = quantise(lattice_image(matrix))[None, ::4, ::4, ::4]
    expected = np.asarray(NETWORKS.lattice.prepare(stored, None))
    drawn = np.asarray(draw_lattice(triangle[None].astype("f4"), 2.0))
    np.testing.assert_allclose(drawn, expected, atol=0.12)  # 8 bits, faintest voxels
    np.testing.assert_allclose(np.exp(-6.2 * drawn), np.exp(-6.2 * expected), atol=0.01)


def test_a_generator_is_the_same_after_saving(tmp_path) -> None:
    generator, graphs = small_generator(), table()
    noise = np.random.default_rng(2).standard_normal((60, NOISE)).astype("f4")
    made = np.asarray(generator([noise, graphs.numbers, graphs.counts]))
    save_model(generator, tmp_path / "generator.keras")
    again = load_model(tmp_path / "generator.keras", Generator)
    np.testing.assert_array_equal(np.asarray(again([noise, graphs.numbers, graphs.counts])), made)


def test_low_pass_moves_and_widens_gaussians_exactly() -> None:
    atom = np.array([[0.3, 0.6, 0.9]])
    shift = np.array([[0.11, 0.02, 0.47]], "f4")
    fine = site_image(atom, 32, 1.0)[None]
    found = np.asarray(LowPass(16, 1.0, 0.75)(fine, shift))[0]
    np.testing.assert_allclose(found, site_image(atom + shift, 16, 0.75), atol=0.01)


@pytest.mark.parametrize("network", ["dense", "convolutional"])
@pytest.mark.parametrize(("kind", "grid"), [("sites", 64), ("lattice", 32)])
def test_an_autoencoder_is_the_same_after_saving(tmp_path, network, kind, grid) -> None:
    model = Autoencoder(
        kind=kind, grid=grid, sigma=2.0, network=network, latent=20, width=32, blocks=1
    )
    images = np.random.default_rng(1).integers(0, 255, (3, grid, grid, grid)).astype("u1")
    latents = model.encode(images)
    assert latents.shape == (3, 20)
    assert np.abs(latents).max() < 1
    save_model(model, tmp_path / "model.keras")
    again = load_model(tmp_path / "model.keras", Autoencoder)
    np.testing.assert_array_equal(again.encode(images), latents)
    np.testing.assert_array_equal(again.decode(latents), model.decode(latents))


def test_a_file_that_is_no_model_is_one_line(tmp_path) -> None:
    path = tmp_path / "model.keras"
    path.write_bytes(b"nothing")
    with pytest.raises(InputError, match=r"model\.keras: no readable Keras model"):
        load_model(path, Autoencoder)
    save_model(small_generator(), path)
    with pytest.raises(InputError, match="holds a Generator, not a Autoencoder"):
        load_model(path, Autoencoder)


def test_generated_graphs_hold_the_elements_asked_for_and_no_other() -> None:
    graphs = table()
    generator = small_generator()
    noise = np.random.default_rng(2).standard_normal((60, NOISE)).astype("f4")
    made = np.asarray(generator([noise, graphs.numbers, graphs.counts]))
    from ccdcgan.graphs import present_elements, tiles_of

    for graph, numbers in zip(made, graphs.numbers, strict=True):
        assert present_elements(tiles_of(graph)) == [z for z in numbers if z]


def test_a_prediction_ignores_places_without_an_element() -> None:
    model = Constraint(name="energy", mean=0.0, spread=1.0, **SMALL)
    graphs = table()
    narrow = np.asarray(model.of_tiles(graphs.tiles[::3, :2], graphs.numbers[::3, :2]))
    wide = np.asarray(model.of_tiles(graphs.tiles[::3], graphs.numbers[::3]))
    np.testing.assert_allclose(narrow, wide, atol=1e-5)


def test_missing_values_of_a_property_are_left_out(tmp_path) -> None:
    graphs = table()
    graphs.labels.loc[:20, "energy"] = np.nan
    model, history = train_constraint(graphs, "energy", TRAINING, tmp_path, seed=1)
    predictions, metrics = assess(model, graphs, "energy")
    assert len(predictions) == 39
    assert metrics["test"]["structures"] + metrics["train"]["structures"] < 39
    assert history["loss"].notna().all()


def test_a_property_that_the_data_lacks_is_one_line(tmp_path) -> None:
    with pytest.raises(InputError, match="'gap': the graphs do not carry it"):
        train_constraint(table(), "gap", TRAINING, tmp_path, seed=1)


@pytest.mark.parametrize(
    ("goal", "target", "low", "high"),
    [("minimise", None, -1.0, 1.0), ("maximise", None, 1.0, -1.0), ("target", 0.5, 0.6, 2.0)],
)
def test_goals_pull_the_right_way(goal, target, low, high) -> None:
    better, worse = (float(pull(np.array([value], "f4"), goal, target)) for value in (low, high))
    assert better < worse


def test_the_constraint_pulls_the_generator(tmp_path) -> None:
    """With the same seed, a strong constraint alone must lower the predicted property."""
    graphs = table(200)
    constraint, _ = train_constraint(
        graphs, "energy", {**TRAINING, "epochs": 20}, tmp_path / "c", seed=1
    )
    settings = {**ADVERSARIAL, "steps": 60, "steps_per_epoch": 60, "learning_rate": 1e-2}
    predicted = {}
    for weight in (0.0, 1000.0):
        drives = [Drive(constraint, weight, "minimise")]
        generator, _, _ = train_gan(
            graphs, drives, settings, atoms(graphs), NETWORKS, tmp_path / str(weight), seed=3
        )
        noise = np.random.default_rng(0).standard_normal((200, NOISE)).astype("f4")
        predicted[weight] = np.asarray(
            constraint(generator([noise, graphs.numbers, graphs.counts]))
        )
    assert predicted[1000.0].mean() < predicted[0.0].mean() - predicted[0.0].std() / 2


def test_a_nan_loss_stops_and_keeps_the_checkpoint(tmp_path) -> None:
    inputs = keras.Input((2,))
    model = keras.Model(inputs, keras.layers.Dense(1)(inputs))
    model.compile("sgd", "mse")
    values = np.ones((8, 2), "f4")

    def load(rows, random):
        return values[rows], values[rows, :1] * (np.nan if batches.epoch >= 1 else 1.0)

    batches = Batches(8, 4, 1, load)
    with pytest.raises(InputError, match="became NaN or infinite in epoch 2 of 3"):
        fit(model, batches, None, tmp_path, epochs=3, patience=None, identity={})
    assert (tmp_path / "backup" / "latest.weights.h5").exists()


def test_a_checkpoint_of_other_settings_is_one_line(tmp_path) -> None:
    train_constraint(table(), "energy", TRAINING, tmp_path, seed=1)
    with pytest.raises(InputError, match="checkpoints of other settings or data"):
        train_constraint(table(), "energy", {**TRAINING, "width": 32}, tmp_path, seed=1)


def _train(folder: Path, result: Path) -> None:
    settings = {**ADVERSARIAL, "steps": 24}
    generator, _, history = train_gan(
        table(), [], settings, atoms(table()), NETWORKS, folder, seed=3
    )
    history.to_csv(result / "history.csv", index=False)
    save_model(generator, result / "generator.keras")


def test_a_killed_training_goes_on_as_if_undisturbed(tmp_path) -> None:
    context = multiprocessing.get_context("spawn")
    results = {}
    for name in ("undisturbed", "killed"):
        folder, result = tmp_path / name / "checkpoint", tmp_path / name
        result.mkdir()
        if name == "killed":
            process = context.Process(target=_train, args=(folder, result))
            process.start()
            journal = folder / "journal.json"
            while not journal.exists():  # the first checkpoint
                assert process.is_alive(), "the training ended before it could be killed"
                time.sleep(0.01)
            os.kill(process.pid, signal.SIGKILL)
            process.join()
            assert not (result / "history.csv").exists()
        _train(folder, result)
        generator = load_model(result / "generator.keras", Generator)
        results[name] = (
            pd.read_csv(result / "history.csv"),
            [np.asarray(weight) for weight in generator.weights],
        )
    pd.testing.assert_frame_equal(results["killed"][0], results["undisturbed"][0], rtol=1e-4)
    for killed, undisturbed in zip(results["killed"][1], results["undisturbed"][1], strict=True):
        np.testing.assert_allclose(killed, undisturbed, atol=1e-4)
