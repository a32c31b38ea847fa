"""The same code trains the autoencoders on other backends, in less precision, on two devices."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from builders.autoencoders import SITE_VOXELS, SIZES
from builders.voxels import SITE_SETTINGS, caesium_chloride, table_of
from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.learning import EpochSettings
from ccdcgan.networks.autoencoder import Autoencoder
from ccdcgan.representation.voxel_shards import write_site_shard
from ccdcgan.training.autoencoder import fit_autoencoder
from runs import ROOT

pytestmark = pytest.mark.training

SCRIPT = """
import json, sys
sys.path.insert(0, "workflow_scripts")
from pathlib import Path
import keras
import numpy as np
import pandas as pd
from pymatgen.core import Lattice, Structure
from ccdcgan.codec.invert import atoms_of_latents
from ccdcgan.core.settings.autoencoder import AutoencoderTraining
from ccdcgan.core.settings.voxels import ImageSettings
from ccdcgan.training.autoencoder import fit_autoencoder
from ccdcgan.crystals.table import Crystals, from_structure
from ccdcgan.networks.files import load_model, save_model
from ccdcgan.training.devices import data_parallel
from ccdcgan.networks.autoencoder import Autoencoder
from ccdcgan.representation.voxel_shards import write_lattice_shard, write_site_shard
from ccdcgan.representation.voxels import quantise, site_image

folder = Path(sys.argv[1])
random = np.random.default_rng(0)
rows = []
for number in range(40):
    crystal = Structure(Lattice.cubic(3 + number / 20), ["Co", "Hf"], random.random((2, 3)))
    split = "validation" if number % 6 == 0 else "train"
    rows.append({"id": f"s{number}", "split": split, **from_structure(crystal)})
table = Crystals(pd.DataFrame(rows))
voxels = {"sites": ImageSettings(grid=64, sigma=2.0), "lattice": ImageSettings(grid=32, sigma=2.0)}
write_site_shard(folder / "sites.h5", table, voxels["sites"], {})
write_lattice_shard(folder / "lattice.h5", table, voxels["lattice"], {})
sizes = AutoencoderTraining(latent=32, width=32, blocks=1, batch=8,
                            learning_rate=3e-3, patience=9, epochs=3)
losses = {}
for devices in range(1, int(sys.argv[3]) + 1):
    for kind in voxels:
        with data_parallel(devices):
            model, history = fit_autoencoder(
                [str(folder / f"{kind}.h5")], kind, voxels[kind], sizes,
                folder / f"checkpoint-{kind}-{devices}", 1, network="dense",
                arithmetic=sys.argv[2],
            )
        losses[f"{kind}-{devices}"] = history["loss"].tolist()
        save_model(model, folder / f"{kind}.keras")
network = load_model(folder / "sites.keras", Autoencoder)
latent = network.encode(quantise(site_image(np.array([[0.2, 0.4, 0.6]])))[None])
atoms_of_latents(network, latent, 0.3)
print(json.dumps({"backend": keras.backend.backend(), "losses": losses}))
"""


def train(folder: Path, backend: str, arithmetic: str, devices: int = 1) -> dict[str, list[float]]:
    """The losses of both networks, trained in a process of its own with some (virtual) devices."""
    variables = {
        "KERAS_BACKEND": backend,
        "OMP_NUM_THREADS": "2",
        # It computes the same however it compiles, and compiling is most of the time.
        "XLA_FLAGS": f"--xla_force_host_platform_device_count={devices} "
        "--xla_backend_optimization_level=0",
    }
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(folder), arithmetic, str(devices)],
        cwd=ROOT,
        env=os.environ | variables,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    result = json.loads(done.stdout.splitlines()[-1])
    assert result["backend"] == backend
    losses: dict[str, list[float]] = result["losses"]
    return losses


@pytest.mark.parametrize(
    ("backend", "arithmetic"), [("torch", "float32"), ("tensorflow", "mixed_bfloat16")]
)
def test_autoencoders_train_on_other_backends_and_in_less_precision(
    backend: str, arithmetic: str, tmp_path: Path
) -> None:
    for losses in train(tmp_path, backend, arithmetic).values():
        assert len(losses) == 3 and losses[-1] < losses[0]


def test_two_devices_train_as_one_does(tmp_path: Path) -> None:
    losses = train(tmp_path, "jax", "float32", devices=2)
    for kind in ("sites", "lattice"):
        assert losses[f"{kind}-1"][-1] < losses[f"{kind}-1"][0]
        assert losses[f"{kind}-2"] == pytest.approx(losses[f"{kind}-1"], rel=1e-4)


def test_an_element_without_a_validation_structure_is_trained_all_the_same(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    table = table_of({f"s{number}": caesium_chloride() for number in range(4)})
    write_site_shard(tmp_path / "sites.h5", table, SITE_SETTINGS, {})
    start = Autoencoder(kind="sites", **SITE_VOXELS, **SIZES)
    told = EpochSettings(epochs=2, batch=2, learning_rate=1e-3, patience=1)
    paths, element = [str(tmp_path / "sites.h5")], 48
    with caplog.at_level(logging.WARNING):
        model, history = fit_autoencoder(
            paths,
            "sites",
            SITE_SETTINGS,
            told,
            tmp_path / "checkpoint",
            1,
            network="dense",
            element=element,
            start=start,
        )
    assert "no validation structure holds Cd: trained for all 2 epochs" in caplog.text
    assert history["epoch"].tolist() == [1, 2] and history["loss"].notna().all()
    assert "val_loss" not in history
    before, after = start.get_weights(), model.get_weights()
    assert any((old != new).any() for old, new in zip(before, after, strict=True))
    # For all elements at once the part is needed.
    with pytest.raises(InputError, match="no structure in the part 'validation'"):
        fit_autoencoder(
            paths, "sites", SITE_SETTINGS, told, tmp_path / "c", 1, network="dense", start=start
        )
