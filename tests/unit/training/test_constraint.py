"""Training of constraints: missing values, the paper's network, what is refused."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import Mock

import numpy as np
import pandas as pd
import pytest

from builders.gan import CONSTRAINT, NETWORKS, crystals_of, graph_table
from builders.settings import SECTIONS, changed
from builders.voxels import LATTICE_SETTINGS, SITE_SETTINGS
from ccdcgan.codec.encode import encode_shard
from ccdcgan.codec.graph_table import graphs_of
from ccdcgan.core.errors import InputError
from ccdcgan.core.journal import identity
from ccdcgan.crystals.arrays import structure_of
from ccdcgan.crystals.table import Crystals
from ccdcgan.evaluation.prediction import assess
from ccdcgan.networks.constraint import Constraint
from ccdcgan.networks.generator import frozen_encoders
from ccdcgan.networks.predict import predict
from ccdcgan.representation.voxel_shards import write_lattice_shard, write_site_shard
from ccdcgan.training import constraint
from ccdcgan.training.constraint import fit_constraint, train_constraint

READING = SECTIONS.decode
HARDWARE = changed(SECTIONS.hardware, gpus=0, tensorboard=None)
pytestmark = pytest.mark.training


@dataclass(frozen=True)
class Fitted:
    """A training on structures of which some have no energy."""

    structures: Crystals
    shards: list[str]
    model: Constraint
    history: pd.DataFrame


def shards_of(structures: Crystals, folder: Path) -> list[str]:
    """Their graphs, by the networks of this module."""
    files = [str(folder / f"{name}.h5") for name in ("sites", "lattice", "graphs")]
    write_site_shard(files[0], structures, SITE_SETTINGS, {})
    write_lattice_shard(files[1], structures, LATTICE_SETTINGS, {})
    encode_shard(files[2], files[0], files[1], structures, ["energy"], NETWORKS, "tiles", {})
    return files[2:]


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> Fitted:
    folder = tmp_path_factory.mktemp("fitted")
    structures = crystals_of(graph_table())
    energies = structures["energy"].where(structures["energy"].index > 20)
    structures = structures.assign(energy=energies)
    shards = shards_of(structures, folder)
    model, history = fit_constraint(structures, shards, "energy", CONSTRAINT, folder / "c", seed=1)
    return Fitted(structures, shards, model, history)


def test_missing_values_of_a_property_are_left_out(fitted: Fitted) -> None:
    model, structures = fitted.model, fitted.structures
    predictions, metrics = assess(model, structures, fitted.shards, NETWORKS, "energy", READING)
    assert len(predictions) == 39
    assert sum(part["structures"] + part["not_read"] for part in metrics.values()) == 39
    assert fitted.history["loss"].notna().all()


def test_graphs_that_are_written_anew_are_of_the_same_crystals(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another origin and order of axes change no distance between atoms, but the graph."""
    structures = crystals_of(graph_table())
    encoders = frozen_encoders(NETWORKS)
    write = constraint._written_anew(structures, encoders)
    rows = np.arange(6)
    once, again = (write(rows, np.random.default_rng(seed)) for seed in (0, 1))
    assert once.shape == (6, 160, 160) and np.abs(once - again).max() > 1e-3
    seen = {}

    def record(_, coords, cell, numbers, counts):
        seen.update(coords=coords, cell=cell, species=structures.arrays()["species"][rows])
        return np.zeros(1)

    monkeypatch.setattr(constraint, "draw_graphs", record)
    write(rows, np.random.default_rng(0))
    moved = 0
    for place, (_, structure) in enumerate(structures.take(structures["id"][:6]).items()):
        turned = structure_of(seen, place)
        expected = np.sort(structure.distance_matrix.ravel())
        np.testing.assert_allclose(np.sort(turned.distance_matrix.ravel()), expected, atol=1e-4)
        moved += not np.allclose(turned.lattice.abc, structure.lattice.abc)
    assert moved


def test_the_network_of_the_paper_reads_the_numbers_of_the_graphs(tmp_path) -> None:
    structures = crystals_of(graph_table())
    shards = shards_of(structures, tmp_path)
    settings = changed(CONSTRAINT, network="paper")
    model, history = fit_constraint(structures, shards, "energy", settings, tmp_path / "c", seed=1)
    assert history["loss"].notna().all()
    predictions, metrics = assess(model, structures, shards, NETWORKS, "energy", READING)
    assert metrics["test"]["structures"] == 15 and metrics["test"]["not_read"] == 0
    graphs = graphs_of(shards, structures["id"])
    found = predict(model, {"graphs": graphs})
    np.testing.assert_allclose(
        found, predictions.set_index("id").loc[structures["id"], "predicted"], rtol=1e-5
    )
    assert len(np.unique(found)) > len(found) / 2


def test_a_property_that_the_data_lacks_is_one_line(tmp_path) -> None:
    with pytest.raises(InputError, match="'gap': the structures do not carry it"):
        fit_constraint(crystals_of(graph_table()), [], "gap", CONSTRAINT, tmp_path, seed=1)


def test_further_crystals_are_learnt_from_as_well(tmp_path: Path) -> None:
    structures = crystals_of(graph_table())
    train = structures.part("train")
    further = train.assign(id=[f"x{name}" for name in train], energy=train["energy"] + 10, split="")
    model, _ = fit_constraint(
        structures, [], "energy", CONSTRAINT, tmp_path / "c", seed=1, further=[further]
    )
    alone = train["energy"].mean()
    assert model.mean == pytest.approx(alone + 5)


def test_a_checkpoint_of_other_data_is_not_taken_up(tmp_path, monkeypatch) -> None:
    """As many structures of other energies: the counts are equal, the content is not."""

    def train(folder: Path, energies: float, *, killed: bool = False) -> pd.DataFrame:
        structures = crystals_of(graph_table())
        changed_ = structures.assign(energy=structures["energy"] * energies)
        monkeypatch.chdir(folder)
        changed_.write("structures.parquet", {})
        job = SimpleNamespace(params={"epochs": 3}, wildcards={}, input=["structures.parquet"])
        told = {"seed": 1, "identity": identity(job, train_constraint), "hardware": HARDWARE}
        outputs = {"model": "model.keras", "history": "history.csv"}
        with monkeypatch.context() as patch, suppress(KeyboardInterrupt):
            if killed:
                patch.setattr(
                    "ccdcgan.training.run.write_table", Mock(side_effect=KeyboardInterrupt)
                )
            train_constraint("energy", "structures.parquet", [], [], outputs, CONSTRAINT, **told)
        return pd.DataFrame() if killed else pd.read_csv("history.csv")

    own, fresh = tmp_path / "own", tmp_path / "fresh"
    own.mkdir()
    fresh.mkdir()
    train(own, 1.0, killed=True)
    assert (own / "checkpoint/backup").is_dir()
    expected = train(fresh, 3.0)
    pd.testing.assert_frame_equal(train(own, 3.0), expected)
    # The same data again are taken up, and end on the same curve.
    train(own, 3.0, killed=True)
    pd.testing.assert_frame_equal(train(own, 3.0), expected)
    assert not (own / "checkpoint").exists()


@pytest.mark.parametrize("features", ["frozen", "free"])
def test_a_start_gives_its_features_and_frozen_ones_stay(fitted, tmp_path, features) -> None:
    """Of a property that the start does not know; the network is another one in the end."""
    structures = fitted.structures.assign(gap=fitted.structures["num_sites"] * 2.0 + 1)
    settings = changed(CONSTRAINT, features=features)
    model, _ = fit_constraint(structures, [], "gap", settings, tmp_path, 1, start=fitted.model)
    start, end = fitted.model.network.get_weights(), model.network.get_weights()
    equal = [np.array_equal(a, b) for a, b in zip(start, end, strict=True)]
    # The last four are those of the dense layers behind the messages.
    assert all(equal[:-4]) == (features == "frozen") and not any(equal[-4:])
    assert (model.name, model.mean) == (
        "gap",
        pytest.approx(structures.part("train")["gap"].mean()),
    )
    assert all(layer.trainable for layer in model.network.layers)


def test_a_start_of_another_size_is_one_line(fitted, tmp_path) -> None:
    settings = changed(CONSTRAINT, width=8)
    with pytest.raises(InputError, match=r"constraint.width: 8, but the network of 'energy'.* 16"):
        fit_constraint(fitted.structures, [], "energy", settings, tmp_path, 1, start=fitted.model)
