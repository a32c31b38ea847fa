"""Training of a generator, with and without constraints (equations 1 and 2)."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ccdcgan.codec.graph_table import GraphTable, graphs_of, read_graphs
from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.constraint import ConstraintProperty
from ccdcgan.core.settings.gan import GanTraining, PaperGanTraining, TilesGanTraining
from ccdcgan.core.settings.hardware import HardwareSettings
from ccdcgan.crystals.compositions import Compositions
from ccdcgan.crystals.table import Crystals
from ccdcgan.networks.autoencoder import Autoencoders, load_autoencoders
from ccdcgan.networks.discriminator import Discriminator
from ccdcgan.networks.generator import Generator
from ccdcgan.networks.paper import PaperDiscriminator, PaperGenerator
from ccdcgan.networks.tiles import TilesDiscriminator, TilesGenerator
from ccdcgan.training.adversary import fit_adversary
from ccdcgan.training.atoms_gan import AtomsAdversary, atoms_adversary
from ccdcgan.training.constraint_loss import ConstraintTerm, constraint_losses, load_terms
from ccdcgan.training.loop import Batches
from ccdcgan.training.paper_gan import PaperAdversary, paper_adversary
from ccdcgan.training.run import run_training
from ccdcgan.training.tiles_gan import TilesAdversary, tiles_adversary


def train_gan(
    variant: str,
    structures: str,
    shards: Sequence[str],
    outputs: Mapping[str, str],
    settings: GanTraining,
    *,
    autoencoders: tuple[str, Sequence[str], Sequence[str]],
    constraints: Sequence[str],
    properties: Sequence[ConstraintProperty],
    flow: str | None,
    seed: int,
    identity: Mapping[str, Any],
    hardware: HardwareSettings,
    notes: Mapping[str, Any],
) -> None:
    """Train one variant and write its networks and the compositions that it was trained on.

    structures, shards: files of the crystals and of their graphs; those in both are trained on.
    outputs: the files `generator`, `discriminator`, `compositions` and `history`. autoencoders:
    arguments of `load_autoencoders`. constraints: files of networks, one for each of the
    `properties` that the variant follows. flow: file of the network that `train_flow` has written,
    from which a generator of tiles goes on.
    """
    crystals = Crystals.read(structures)
    graphs = read_graphs(shards).of(crystals)
    terms: list[ConstraintTerm] = []

    def run(folder: Path, callbacks: list[keras.callbacks.Callback]) -> Any:
        terms.extend(load_terms(constraints, properties))
        networks = load_autoencoders(*autoencoders)
        generator, discriminator, history = fit_gan(
            graphs, terms, settings, crystals, networks, folder, seed, callbacks, flow
        )
        return {"discriminator": discriminator, "generator": generator}, history

    def write_compositions() -> None:
        train = crystals.take(graphs.part("train").labels["id"])
        losses = training_losses(train, terms, shards)
        chosen = trained_compositions(train, losses, settings.temperature)
        chosen.write(outputs["compositions"], notes)

    run_training(
        run,
        outputs,
        name=f"gan/{variant}",
        identity=identity,
        hardware=hardware,
        write_others=write_compositions,
    )


def training_losses(
    train: Crystals, terms: Sequence[ConstraintTerm], shards: Sequence[str]
) -> NDArray[np.floating]:
    """Return the constraint losses (n,) of training crystals. shards: of their graphs."""
    arrays = train.arrays()
    if any("graphs" in term.network.reads for term in terms):
        arrays["graphs"] = graphs_of(shards, train["id"])
    return constraint_losses(terms, arrays)


def trained_compositions(
    train: Crystals, losses: NDArray[np.floating], temperature: float
) -> Compositions:
    """Weigh the compositions of the training part by equation (2), as the graphs are.

    Each of the crystals `train` counts exp(−loss/temperature), by its constraint losses (n,).
    """
    weights = np.exp(-(losses - losses.min()) / temperature)
    return Compositions.of_training(train["species"], weights)


def fit_gan(
    graphs: GraphTable,
    terms: Sequence[ConstraintTerm],
    settings: GanTraining,
    structures: Crystals,
    networks: Autoencoders,
    folder: Path,
    seed: int,
    callbacks: Sequence[keras.callbacks.Callback] = (),
    flow: str | None = None,
) -> tuple[
    Generator | TilesGenerator | PaperGenerator,
    Discriminator | TilesDiscriminator | PaperDiscriminator,
    pd.DataFrame,
]:
    """Train on the training part; return generator, discriminator and history.

    The weights are running averages. The settings say which generator. `structures` holds the
    atoms of the graphs, `networks` are the autoencoders of the graphs. `folder` and `callbacks`:
    see `fit`; `flow`: see `train_gan`.
    """
    adversary, batches = make_adversary(graphs, terms, settings, structures, networks, seed, flow)
    history = fit_adversary(adversary, batches, terms, settings, folder, seed, callbacks)
    return adversary.generator, adversary.discriminator, history


def make_adversary(
    graphs: GraphTable,
    terms: Sequence[ConstraintTerm],
    settings: GanTraining,
    structures: Crystals,
    networks: Autoencoders,
    seed: int,
    flow: str | None = None,
) -> tuple[AtomsAdversary | TilesAdversary | PaperAdversary, Batches]:
    """Make the compiled networks of a training, and its batches; arguments as of `fit_gan`."""
    keras.utils.set_random_seed(seed)
    if isinstance(settings, PaperGanTraining):
        return paper_adversary(graphs, terms, settings, networks, seed)
    if isinstance(settings, TilesGanTraining):
        if flow is None:
            raise InputError("the generator of tiles goes on from a flow: train_flow makes it")
        return tiles_adversary(graphs, terms, settings, flow, seed)
    return atoms_adversary(graphs, terms, settings, structures, networks, seed)
