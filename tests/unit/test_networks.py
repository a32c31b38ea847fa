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
from pymatgen.analysis.structure_matcher import StructureMatcher
from pymatgen.core import Lattice, Structure
from scipy.spatial.transform import Rotation

from ccdcgan.codec.autoencoders import Autoencoders
from ccdcgan.codec.encode import encode_shard
from ccdcgan.codec.graph_table import GraphTable, graphs_of
from ccdcgan.core.errors import InputError
from ccdcgan.crystals.arrays import COLUMNS, ROWS, crystal_arrays, select
from ccdcgan.crystals.compositions import places_of
from ccdcgan.crystals.table import from_structure
from ccdcgan.evaluation.prediction import assess
from ccdcgan.generation.compositions import chosen_compositions
from ccdcgan.generation.denoise import denoise
from ccdcgan.networks.autoencoder import Autoencoder
from ccdcgan.networks.constraint import Constraint
from ccdcgan.networks.denoiser import STRAIN, Denoiser
from ccdcgan.networks.discriminator import Discriminator
from ccdcgan.networks.files import load_model, save_model
from ccdcgan.networks.generator import Generator, draw_lattice, draw_sites, inference_network
from ccdcgan.networks.layers import LowPass
from ccdcgan.networks.noise import disturbed
from ccdcgan.networks.paper import PaperDiscriminator, PaperGenerator
from ccdcgan.networks.predict import predict
from ccdcgan.representation.voxel_shards import write_lattice_shard, write_site_shard
from ccdcgan.representation.voxels import lattice_image, quantise, site_image
from ccdcgan.training.constraint import train_constraint
from ccdcgan.training.constraint_loss import ConstraintTerm, constraint_loss
from ccdcgan.training.denoiser import train_denoiser
from ccdcgan.training.gan import compositions, train_gan
from ccdcgan.training.loop import Batches, fit

SMALL = {"width": 16, "blocks": 1}
TRAINING = {
    **SMALL,
    "network": "atoms",
    "epochs": 3,
    "batch": 8,
    "learning_rate": 1e-3,
    "patience": 3,
}
ADVERSARIAL = {
    **SMALL,
    "network": "atoms",
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
NETWORKS = Autoencoders(
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
            "energy": tiles[:, 1].mean(axis=1) * 10,
        }
    )
    return GraphTable(tiles, numbers, counts, labels)


def atoms(graphs: GraphTable) -> pd.DataFrame:
    """Structures with the compositions of the graphs; their energy is of strain and elements."""
    rows = []
    for row, numbers in zip(graphs.labels.itertuples(), graphs.numbers, strict=True):
        crystal = CRYSTAL.copy()
        if not numbers[2]:
            crystal.remove_species(["Hf"])
        strain = np.random.default_rng(row.Index).uniform(-0.1, 0.1)
        crystal.apply_strain(strain)
        energy = 10 * strain + (numbers[2] > 0)
        labels = {"id": row.id, "split": row.split, "kind": "phase", "energy": energy}
        rows.append({**labels, **from_structure(crystal)})
    return pd.DataFrame(rows)


def shards_of(structures: pd.DataFrame, folder: Path) -> list[str]:
    """Their graphs, by the networks of this module."""
    files = [str(folder / f"{name}.h5") for name in ("sites", "lattice", "graphs")]
    write_site_shard(files[0], structures, {"grid": 64, "sigma": 2.0}, {})
    write_lattice_shard(files[1], structures, {"grid": 32, "sigma": 2.0}, {})
    encode_shard(files[2], files[0], files[1], structures, ["energy"], NETWORKS, "tiles", {})
    return files[2:]


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


@pytest.mark.parametrize(
    "make",
    [
        small_generator,
        lambda: Discriminator(**SMALL),
        lambda: inference_network(NOISE, **SMALL),
        lambda: Constraint(name="e", kind="atoms", mean=0.0, spread=1.0, **SMALL),
        lambda: Denoiser(**SMALL),
        lambda: PaperGenerator(
            **{"noise": NOISE, "layout": "tiles", "lattice": 12, "sites": 24},
            **{"norm": 1.0, "width": 2, "blocks": 5},
        ),
        lambda: PaperDiscriminator(width=2, blocks=5),
    ],
    ids=["generator", "critic", "inference", "constraint", "denoiser", "dcgan", "dcgan critic"],
)
def test_the_seed_alone_says_where_a_training_starts(make) -> None:
    """An initialiser that is made before the seed is set gives weights of no seed."""

    def start(seed: int) -> list[np.ndarray]:
        keras.utils.set_random_seed(seed)
        return [np.asarray(weight) for weight in make().trainable_weights]

    first, again, other = start(1), start(1), start(2)
    drawn = [n for n, weight in enumerate(first) if weight.std() > 0]
    assert drawn
    assert all((first[n] == again[n]).all() for n in range(len(first)))
    assert all((first[n] != other[n]).any() for n in drawn)


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
    from ccdcgan.representation.graph_layout import present_elements, tiles_of

    for graph, numbers in zip(made, graphs.numbers, strict=True):
        assert present_elements(tiles_of(graph)) == [z for z in numbers if z]


def turned(crystal: Structure) -> Structure:
    """The same crystal with another origin, other axes and another order of the atoms."""
    random = np.random.default_rng(1)
    axes = np.array([[0, 1, 0], [1, 1, 0], [0, 0, -1]])
    same = Structure(
        axes @ crystal.lattice.matrix,
        crystal.species,
        crystal.frac_coords @ np.linalg.inv(axes) + random.random(3),
    )
    return Structure.from_sites([same[place] for place in random.permutation(len(same))])


def arrays(*crystals: Structure) -> dict[str, np.ndarray]:
    return crystal_arrays(pd.DataFrame([{"id": "a", **from_structure(c)} for c in crystals]))


def test_a_property_depends_on_nothing_but_the_crystal() -> None:
    model = Constraint(name="energy", kind="atoms", mean=0.0, spread=1.0, **SMALL)
    crystals = arrays(CRYSTAL, turned(CRYSTAL), CRYSTAL.copy().apply_strain(0.1))
    narrow = np.asarray(model(select(crystals, np.arange(3))))
    wide = np.asarray(model(crystals))
    np.testing.assert_allclose(narrow, wide, atol=1e-5)
    assert wide[0] == pytest.approx(wide[1], abs=1e-4)
    assert abs(wide[0] - wide[2]) > 1e-3


def test_what_the_denoiser_says_turns_with_the_crystal() -> None:
    keras.utils.set_random_seed(0)
    model = Denoiser(**SMALL)
    for weight in model.weights:  # those of the last layers start at zero
        weight.assign(np.random.default_rng(0).normal(0, 0.3, weight.shape))
    crystal = CRYSTAL.copy().perturb(0.2)
    species = np.array([crystal.atomic_numbers], "i4")
    inputs = {"species": species, "coords": crystal.frac_coords[None].astype("f4")}
    turn = Rotation.from_euler("xyz", [20, 50, 70], degrees=True).as_matrix()
    level, axes = np.array([0.2], "f4"), crystal.lattice.matrix.astype("f4")
    moves, strain = (
        np.asarray(x)[0] for x in model({**inputs, "axes": axes[None], "level": level})
    )
    turned_axes = (axes @ turn).astype("f4")[None]
    other, strained = (
        np.asarray(x)[0] for x in model({**inputs, "axes": turned_axes, "level": level})
    )
    assert np.abs(moves).max() > 1e-2 and np.abs(strain).max() > 1e-2
    np.testing.assert_allclose(other, moves @ turn, atol=1e-3)
    np.testing.assert_allclose(strained, turn.T @ strain @ turn, atol=1e-3)
    np.testing.assert_allclose(moves.sum(axis=0), 0, atol=1e-4)


def test_moves_and_strain_take_the_noise_back() -> None:
    whole = select(arrays(CRYSTAL, turned(CRYSTAL)), np.arange(2))
    noisy = disturbed(whole, np.full(2, 0.1), np.random.default_rng(0))
    level = noisy["level"][:, None, None]
    axes = noisy["axes"] @ (np.eye(3) + noisy["strain"] * STRAIN * level)
    back = noisy["coords"] + noisy["moves"] * level @ np.linalg.inv(noisy["axes"])
    for crystal, matrix, coords in zip((CRYSTAL, turned(CRYSTAL)), axes, back, strict=True):
        order = np.argsort(crystal.atomic_numbers, kind="stable")
        found = Structure(matrix, [crystal[i].specie for i in order], coords)
        assert StructureMatcher(ltol=0.02, stol=0.01, angle_tol=1).fit(found, crystal)


def test_a_denoiser_brings_atoms_to_where_those_of_its_training_are(tmp_path) -> None:
    structures = atoms(table())
    settings = {**SMALL, "steps": 150, "steps_per_epoch": 50, "batch": 16, "learning_rate": 1e-2}
    model, history = train_denoiser(structures, {**settings, "average": 0.9}, tmp_path, seed=1)
    assert history["val_0.2_loss"].iloc[-1] < 0.7 * 2  # of two terms that start at one each
    random = [np.random.default_rng(n) for n in range(4)]
    crystals = crystal_arrays(structures.head(4))
    rough = {**crystals, "coords": crystals["coords"] + 0.02}
    rough["coords"] = rough["coords"] + np.random.default_rng(0).normal(0, 0.02, (4, 20, 3))
    four = denoise(model, rough, random, start=0.2, levels=5, final_steps=2)
    random = [np.random.default_rng(n) for n in range(4)]
    first = {name: values[:2] for name, values in rough.items()}
    two = denoise(model, first, random[:2], start=0.2, levels=5, final_steps=2)
    np.testing.assert_allclose(two["coords"], four["coords"][:2], atol=1e-4)
    np.testing.assert_allclose(two["cell"], four["cell"][:2], atol=1e-4)
    assert unrest(model, rough, 20) < 0.9 * unrest(model, rough, 0)


def unrest(model: Denoiser, crystals: dict, final_steps: int) -> float:
    """How much noise the denoiser still sees after it has made the crystals."""
    random = [np.random.default_rng(n) for n in range(4)]
    made = denoise(model, crystals, random, start=0.2, levels=5, final_steps=final_steps)
    axes = np.zeros((4, 3, 3), "f4")
    axes[:, ROWS, COLUMNS] = made["cell"]
    inputs = {"species": made["species"], "coords": made["coords"], "axes": axes}
    moves, _ = model({**inputs, "level": np.full(4, 0.05, "f4")})
    return float(np.abs(np.asarray(moves)).mean())


def test_batches_of_samples_of_similar_size_hold_each_sample_once() -> None:
    sizes = np.random.default_rng(0).integers(1, 21, 103)
    batches = Batches(103, 10, 1, lambda rows, random: rows, sizes=sizes)
    seen = np.concatenate([batches[index] for index in range(batches.num_batches)])
    assert len(seen) == len(set(seen)) == 100
    widths = [np.ptp(sizes[batches[index]]) for index in range(batches.num_batches)]
    assert np.mean(widths) < 5
    assert sizes[batches[0]].max() > sizes[batches[1]].max()
    first = batches[3]
    batches.epoch = 1
    assert set(first) != set(batches[3])


def test_missing_values_of_a_property_are_left_out(tmp_path) -> None:
    structures = atoms(table())
    structures.loc[:20, "energy"] = np.nan
    shards = shards_of(structures, tmp_path)
    model, history = train_constraint(
        structures, shards, "energy", TRAINING, tmp_path / "c", seed=1
    )
    reading = {"threshold": 0.3, "min_distance": 0.5}
    predictions, metrics = assess(model, structures, shards, NETWORKS, "energy", reading)
    assert len(predictions) == 39
    assert sum(part["structures"] + part["not_read"] for part in metrics.values()) == 39
    assert history["loss"].notna().all()


def test_the_network_of_the_paper_reads_the_numbers_of_the_graphs(tmp_path) -> None:
    structures = atoms(table())
    shards = shards_of(structures, tmp_path)
    settings = {**TRAINING, "network": "paper"}
    model, history = train_constraint(
        structures, shards, "energy", settings, tmp_path / "c", seed=1
    )
    assert history["loss"].notna().all()
    predictions, metrics = assess(model, structures, shards, NETWORKS, "energy", {})
    assert metrics["test"]["structures"] == 15 and metrics["test"]["not_read"] == 0
    graphs = graphs_of(shards, structures["id"])
    found = predict(model, {"graphs": graphs})
    np.testing.assert_allclose(
        found, predictions.set_index("id").loc[structures["id"], "predicted"], rtol=1e-5
    )
    assert len(np.unique(found)) > len(found) / 2


def test_a_property_that_the_data_lacks_is_one_line(tmp_path) -> None:
    with pytest.raises(InputError, match="'gap': the structures do not carry it"):
        train_constraint(atoms(table()), [], "gap", TRAINING, tmp_path, seed=1)


@pytest.mark.parametrize(
    ("goal", "target", "low", "high"),
    [("minimise", None, -1.0, 1.0), ("maximise", None, 1.0, -1.0), ("target", 0.5, 0.6, 2.0)],
)
def test_goals_pull_the_right_way(goal, target, low, high) -> None:
    better, worse = np.asarray(constraint_loss(np.array([low, high], "f4"), goal, target))
    assert better < worse


def test_the_constraint_pulls_the_generator(tmp_path) -> None:
    """With the same seed, a strong constraint alone must lower the predicted property."""
    graphs = table(200)
    structures = atoms(graphs)
    constraint = Constraint(name="energy", kind="atoms", mean=0.0, spread=1.0, **SMALL)
    settings = {**ADVERSARIAL, "steps": 150, "steps_per_epoch": 150, "learning_rate": 1e-2}
    settings |= {"anchor": 0.0, "geometry": 0.0}
    pure = graphs.numbers[:, 2] == 0
    predicted = {}
    for weight in (0.0, 1e4):
        terms = [ConstraintTerm(constraint, weight, "minimise")]
        generator, _, _ = train_gan(
            graphs, terms, settings, structures, NETWORKS, tmp_path / str(weight), seed=3
        )
        noise = np.random.default_rng(0).standard_normal((200, NOISE)).astype("f4")
        _, coords, cell = generator.network([noise, graphs.numbers, graphs.counts])
        species = places_of(graphs.numbers, graphs.counts)
        made = {"species": species, "coords": np.asarray(coords), "cell": np.asarray(cell)}
        predicted[weight] = predict(constraint, made)
    for rows in (pure, ~pure):  # by composition, which the generator is given
        free, pulled = predicted[0.0][rows], predicted[1e4][rows]
        assert pulled.mean() < free.mean() - free.std() / 2


def test_constraints_choose_compositions() -> None:
    graphs = table()
    train = graphs.part("train")
    pure = train.numbers[:, 2] == 0
    even = compositions(graphs, np.zeros(len(pure)), 0.05)
    assert sorted(entry["weight"] for entry in even) == sorted([pure.sum(), (~pure).sum()])
    chosen = {len(e["atoms"]): e["weight"] for e in compositions(graphs, 0.1 * pure, 0.05)}
    assert chosen[1] == pytest.approx(pure.sum() * np.exp(-2))
    assert chosen[2] == pytest.approx((~pure).sum())


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
    train_constraint(atoms(table()), [], "energy", TRAINING, tmp_path, seed=1)
    with pytest.raises(InputError, match="checkpoints of other settings or data"):
        train_constraint(atoms(table()), [], "energy", {**TRAINING, "width": 32}, tmp_path, seed=1)


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


def test_compositions_of_a_system_have_the_numbers_of_atoms_of_the_training() -> None:
    counts = np.zeros((3, 100), int)
    counts[0, [27, 72]] = 1, 2
    counts[1, [3, 48]] = 2, 2
    counts[2, 8] = 4
    given = counts, np.array([0.5, 0.25, 0.25])
    everything = {"max_atoms": 20, "fractions": {}}
    rows, weights = chosen_compositions(given, systems=["Cd-Co"], **everything)
    found = {tuple(row[[48, 27]]): weight for row, weight in zip(rows, weights, strict=True)}
    assert found == pytest.approx({(1, 2): 1 / 3, (2, 1): 1 / 3, (2, 2): 1 / 3})
    assert rows.sum() == sum(map(sum, found))  # no other element
    rows, _ = chosen_compositions(given, systems=["Cd-Co"], max_atoms=3, fractions={"Co": [0.5, 1]})
    assert rows[:, 27].tolist() == [2]
    same, weights = chosen_compositions(given, systems=None, **everything)
    np.testing.assert_array_equal(same, counts)
    with pytest.raises(InputError, match="Xe-Co: Xe is in no structure"):
        chosen_compositions(given, systems=["Xe-Co"], **everything)
    with pytest.raises(InputError, match="Qq is in no structure"):
        chosen_compositions(given, systems=["Qq-Co"], **everything)
    with pytest.raises(InputError, match="no training composition"):
        chosen_compositions(given, systems=["Cd-Co-Hf"], **everything)
