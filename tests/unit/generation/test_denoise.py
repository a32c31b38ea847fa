"""The denoiser brings atoms to where those of its training are."""

from typing import Any

import numpy as np
import pytest

from builders.gan import crystals_of, graph_table
from ccdcgan.crystals.arrays import COLUMNS, ROWS
from ccdcgan.generation.denoise import denoise
from ccdcgan.networks.denoiser import Denoiser


@pytest.mark.training
def test_a_denoiser_brings_atoms_to_where_those_of_its_training_are(trained_denoiser: Any) -> None:
    structures = crystals_of(graph_table())
    model, history = trained_denoiser
    assert history["val_0.2_loss"].iloc[-1] < 0.7 * 2  # of two terms that start at one each
    random = [np.random.default_rng(n) for n in range(4)]
    crystals = structures.take([f"s{n}" for n in range(4)]).arrays()
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
    displacements, _ = model({**inputs, "level": np.full(4, 0.05, "f4")})
    return float(np.abs(np.asarray(displacements)).mean())
