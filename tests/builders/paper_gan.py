"""The paper's networks, small, and graphs to train them on."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from builders.settings import changed
from ccdcgan.codec.graph_table import GraphTable
from ccdcgan.core.settings.gan import PaperGanTraining
from ccdcgan.crystals.table import Crystals
from ccdcgan.networks.autoencoder import Autoencoder, Autoencoders
from ccdcgan.networks.paper import PaperGenerator
from ccdcgan.training.constraint_loss import ConstraintTerm
from ccdcgan.training.gan import fit_gan

LATTICE, SITES, NOISE = 12, 24, 40
GAN = PaperGanTraining(
    network="paper",
    noise=NOISE,
    width=4,
    blocks=3,
    steps=32,
    steps_per_epoch=8,
    batch=8,
    learning_rate=2e-3,
    average=0.5,
    temperature=0.05,
)
LAYOUTS = pytest.mark.parametrize("layout", ["tiles", "rows"])


def networks() -> Autoencoders:
    shape = {"network": "dense", "width": 16, "blocks": 1}
    lattice = Autoencoder(kind="lattice", grid=32, sigma=2.0, latent=LATTICE, **shape)
    sites = Autoencoder(kind="sites", grid=64, sigma=2.0, latent=SITES, **shape)
    return Autoencoders(lattice, {0: sites})


def graph_table(layout: str = "tiles", graphs: int = 32) -> GraphTable:
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
    settings = changed(GAN, **changes)
    structures = Crystals(pd.DataFrame({"id": []}))  # of no use to this generator
    generator, _, history = fit_gan(
        graph_table(layout), terms or [], settings, structures, networks(), folder, seed=3
    )
    return generator, history
