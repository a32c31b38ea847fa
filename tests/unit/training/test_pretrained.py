"""Networks that are exported to be handed on."""

import json
from pathlib import Path
from typing import Any

import keras
import numpy as np

from builders.autoencoders import ATOMS
from ccdcgan.core.artifacts import sha256_of
from ccdcgan.networks.autoencoder import Autoencoder
from ccdcgan.networks.denoiser import Denoiser
from ccdcgan.networks.files import load_model, save_model
from ccdcgan.representation.voxels import quantise, site_image
from ccdcgan.training.pretrained import export_in_half_precision, export_network


def test_exported_network_is_half_as_large_and_comes_back(
    site_network: Any, tmp_path: Path
) -> None:
    whole, half = (tmp_path / f"{name}.keras" for name in ("whole", "half"))
    save_model(site_network, whole)
    export_in_half_precision(str(whole), str(half))
    assert half.stat().st_size < 0.6 * whole.stat().st_size
    images = quantise(site_image(ATOMS))[None]
    found = load_model(half, Autoencoder)
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
