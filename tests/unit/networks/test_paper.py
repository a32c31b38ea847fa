"""The paper's generator and discriminator: pictures of 160×160 numbers."""

from pathlib import Path

import keras
import numpy as np
import pytest

from builders.paper_gan import LATTICE, NOISE, SITES
from ccdcgan.networks.files import load_model, save_model
from ccdcgan.networks.paper import PaperDiscriminator, PaperGenerator

NUMBERS = {"noise": NOISE, "layout": "rows", "lattice": LATTICE, "sites": SITES, "norm": 1.5}


def noise(graphs: int) -> np.ndarray:
    return np.random.default_rng(0).standard_normal((graphs, NOISE)).astype("f4")


@pytest.mark.parametrize("blocks", [3, 5])
def test_noise_becomes_graphs_and_graphs_scores(blocks: int) -> None:
    generator = PaperGenerator(width=2, blocks=blocks, **NUMBERS)
    graphs = np.asarray(generator(noise(3)))
    assert graphs.shape == (3, 160, 160) and np.abs(graphs).max() < 1
    assert np.count_nonzero(graphs) > 0.99 * graphs.size
    scores = np.asarray(PaperDiscriminator(width=2, blocks=blocks)(graphs))
    assert scores.shape == (3,) and np.ptp(scores) > 0


def test_channels_double_with_each_block() -> None:
    kernels = [w.shape for w in PaperDiscriminator(width=3, blocks=4).weights if w.ndim == 4]
    assert kernels == [(4, 4, 1, 3), (4, 4, 3, 6), (4, 4, 6, 12), (4, 4, 12, 24)]
    kernels = [w.shape for w in PaperGenerator(width=3, blocks=3, **NUMBERS).weights if w.ndim == 4]
    assert kernels == [(4, 4, 6, 12), (4, 4, 3, 6), (4, 4, 1, 3)]


def test_a_generator_is_the_same_after_saving(tmp_path: Path) -> None:
    keras.utils.set_random_seed(0)
    generator = PaperGenerator(width=2, blocks=5, **NUMBERS)
    save_model(generator, tmp_path / "generator.keras")
    again = load_model(tmp_path / "generator.keras", PaperGenerator)
    assert (again.layout, again.norm, again.sites) == ("rows", 1.5, SITES)
    np.testing.assert_array_equal(np.asarray(again(noise(2))), np.asarray(generator(noise(2))))
