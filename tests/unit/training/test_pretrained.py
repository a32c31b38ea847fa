"""Networks taken from files and exported to them."""

import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from builders.autoencoders import ATOMS, SITE_VOXELS
from ccdcgan.core.artifacts import sha256_of
from ccdcgan.core.errors import InputError
from ccdcgan.networks.autoencoder import Autoencoder
from ccdcgan.networks.denoiser import Denoiser
from ccdcgan.networks.files import load_model, save_model
from ccdcgan.representation.voxels import quantise, site_image
from ccdcgan.training.pretrained import (
    export_in_half_precision,
    export_network,
    take_autoencoder,
)


def test_pretrained_network_is_taken_only_if_it_is_the_one_meant(
    site_network: Any, tmp_path: Path
) -> None:
    source, target = tmp_path / "a.keras", tmp_path / "b" / "model.keras"
    save_model(site_network, source)
    with pytest.raises(InputError, match=r"a\.keras: SHA-256 .*get the file again"):
        take_autoencoder(str(source), str(target), sha256="0" * 64, voxels=SITE_VOXELS)
    with pytest.raises(InputError, match="was trained on voxels of"):
        take_autoencoder(
            str(source), str(target), sha256=sha256_of(source), voxels=SITE_VOXELS | {"sigma": 1.0}
        )
    assert not target.exists()
    take_autoencoder(str(source), str(target), sha256=sha256_of(source), voxels=SITE_VOXELS)
    images = quantise(site_image(ATOMS))[None]
    np.testing.assert_array_equal(
        load_model(target, Autoencoder).encode(images), site_network.encode(images)
    )


def test_exported_network_is_half_as_large_and_comes_back(
    site_network: Any, tmp_path: Path
) -> None:
    whole, half, back = (tmp_path / f"{name}.keras" for name in ("whole", "half", "back"))
    save_model(site_network, whole)
    export_in_half_precision(str(whole), str(half))
    assert half.stat().st_size < 0.6 * whole.stat().st_size
    take_autoencoder(str(half), str(back), sha256=sha256_of(half), voxels=SITE_VOXELS)
    images = quantise(site_image(ATOMS))[None]
    found = load_model(back, Autoencoder)
    assert {weight.dtype for weight in found.get_weights()} == {np.dtype("float32")}
    np.testing.assert_allclose(found.encode(images), site_network.encode(images), atol=2e-3)


def test_exported_network_comes_with_a_card_and_without_its_optimiser(tmp_path: Path) -> None:
    inputs = {name: str(tmp_path / name) for name in ("history", "summary")}
    inputs["model"] = str(tmp_path / "trained.keras")
    outputs = {"model": str(tmp_path / "made.keras"), "card": str(tmp_path / "made.md")}
    network = Denoiser(width=16, blocks=1)
    network.compile(keras.optimizers.AdamW(1e-3))
    network.optimizer.build(network.trainable_variables)
    save_model(network, inputs["model"])
    Path(inputs["history"]).write_text("epoch,loss\n1,0.9\n2,0.51234\n")
    summary = {
        "provenance": {"seed": 7, "config_digest": "abc"},
        **{"kept": 71, "chemical_systems": 3, "elements": {"Co": 1, "Hf": 1}, "cell": "niggli"},
        **{"energy_schemes": {"chgnet": 71}, "by_source": {"local": 71}, "dropped": {}},
        **{"split_by": "formula", "by_split": {"train": 71}},
    }
    Path(inputs["summary"]).write_text(json.dumps(summary))
    export_network("denoiser", "What takes noise", {"steps": 20}, inputs, outputs)
    found = load_model(outputs["model"], Denoiser)
    for weight, wanted in zip(found.get_weights(), network.get_weights(), strict=True):
        np.testing.assert_array_equal(weight, wanted)
    sizes = [Path(files["model"]).stat().st_size for files in (outputs, inputs)]
    assert sizes[0] < 0.6 * sizes[1]
    card = Path(outputs["card"]).read_text()
    assert "What takes noise" in card and "width 16, blocks 1, steps 20" in card
    assert "Last epoch: epoch 2, loss 0.5123." in card and sha256_of(outputs["model"]) in card
