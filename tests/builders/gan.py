"""Small networks of atoms, and graphs with crystals to train them on."""

from pathlib import Path

import keras
import numpy as np
import pandas as pd
from pymatgen.core import Lattice, Structure

from builders.settings import changed
from ccdcgan.codec.graph_table import GraphTable
from ccdcgan.core.settings.constraint import ConstraintTraining
from ccdcgan.core.settings.gan import AtomsGanTraining
from ccdcgan.crystals.arrays import crystal_arrays
from ccdcgan.crystals.compositions import Compositions, count_atoms
from ccdcgan.crystals.table import Crystals, from_structure
from ccdcgan.networks.autoencoder import Autoencoder, Autoencoders
from ccdcgan.networks.files import save_model
from ccdcgan.networks.generator import Generator
from ccdcgan.training.gan import fit_gan

SMALL = {"width": 16, "blocks": 1}
ADVERSARIAL = AtomsGanTraining(
    **SMALL,
    network="atoms",
    noise=40,
    steps=6,
    steps_per_epoch=3,
    batch=8,
    learning_rate=1e-3,
    penalty=1.0,
    anchor=0.1,
    geometry=0.1,
    average=0.9,
    temperature=0.05,
)
CONSTRAINT = ConstraintTraining(
    **SMALL,
    network="atoms",
    epochs=3,
    batch=8,
    learning_rate=1e-3,
    patience=3,
    start=None,
    features="free",
)
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


def graph_table(graphs: int = 60) -> GraphTable:
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


def crystals_of(graphs: GraphTable) -> Crystals:
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
    return Crystals(pd.DataFrame(rows))


def drawn_graphs(crystals: Crystals) -> GraphTable:
    """Random tiles for the elements of crystals, as of an autoencoder that knows nothing."""
    random = np.random.default_rng(7)
    numbers, counts = Compositions.even(count_atoms(crystals["species"])).places()
    tiles = random.uniform(-1, 1, (*numbers.shape, 256)).astype("f4")
    tiles[:, 0, 12:] = 0
    tiles[:, 1:, 24:] = 0
    tiles[:, 1:] *= (numbers[:, 1:] > 0)[:, :, None]
    labels = crystals.table[["id", "split"]].reset_index(drop=True)
    return GraphTable(tiles, numbers, counts, labels)


def small_generator() -> Generator:
    return Generator(
        noise=NOISE,
        lattice=NETWORKS.lattice.settings,
        sites={"0": NETWORKS.sites[0].settings},
        cell={"mean": [1, 0, 1, 0, 0, 1], "spread": [0.1] * 6, "volumes": [10.0] * 100},
        **SMALL,
    )


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


def arrays_of(*crystals: Structure) -> dict[str, np.ndarray]:
    return crystal_arrays(pd.DataFrame([{"id": "a", **from_structure(c)} for c in crystals]))


def train_and_save(folder: Path, result: Path) -> None:
    settings = changed(ADVERSARIAL, steps=24)
    generator, _, history = fit_gan(
        graph_table(), [], settings, crystals_of(graph_table()), NETWORKS, folder, seed=3
    )
    history.to_csv(result / "history.csv", index=False)
    save_model(generator, result / "generator.keras")
