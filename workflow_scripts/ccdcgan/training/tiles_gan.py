"""Trainings of the generator of tiles: by flow matching, then against a discriminator."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import ops

from ccdcgan.codec.graph_table import GraphTable, read_graphs
from ccdcgan.core.settings.gan import TilesGanTraining
from ccdcgan.core.settings.hardware import HardwareSettings
from ccdcgan.crystals.table import Crystals
from ccdcgan.networks.autoencoder import Autoencoders, load_autoencoders
from ccdcgan.networks.base import OwnLoss
from ccdcgan.networks.constraint import check_reads
from ccdcgan.networks.discriminator import ElementMask
from ccdcgan.networks.files import load_model
from ccdcgan.networks.generator import lay_out_tiles
from ccdcgan.networks.tiles import MOST_ELEMENTS, TilesDiscriminator, TilesGenerator
from ccdcgan.training.adversary import JITTER, averaging_adam, constant_call
from ccdcgan.training.constraint_loss import ConstraintTerm, ConstraintTerms
from ccdcgan.training.loop import Batches, cosine_schedule, fit, jit_compile
from ccdcgan.training.run import run_training

NEAREST = 0.1
"""Share of noise below which a miss counts no more: no network finds the last digits."""
LATTICE_AND_ELEMENTS = 1 + MOST_ELEMENTS


class FlowMatching(OwnLoss):
    """Trains the generator to find graphs behind any share of noise.

    Its loss is the squared miss in units of the spread, over the squared share of noise, so that
    the velocity from noise to graph counts alike on the whole way (Lipman et al., ICLR 2023).
    """

    def __init__(self, generator: TilesGenerator) -> None:
        super().__init__()
        self.generator = generator
        self.means = {name: keras.metrics.Mean(name=name) for name in ("flow_loss", "miss")}
        self.built = True

    def call(self, inputs: Mapping[str, Any], training: bool | None = None) -> Any:
        """Give graphs, what is left of them among noise, and what the generator finds in that.

        Each is tiles (b, k, 256) in units of the spread.
        """
        made, numbers, share = self.generator, inputs["numbers"], inputs["share"]
        real = made.scaled(inputs["tiles"], numbers)
        part = share[:, :, None]
        state = part * real + (1 - part) * made.start(inputs["noise"], numbers)
        return real, state, made.network([state, share, numbers], training=training)

    def loss_of(self, inputs: Any, outputs: Any) -> Any:
        """Return the loss of one batch."""
        real, _, found = outputs
        return self.flow_loss(real, found, inputs["share"], inputs["numbers"])

    def flow_loss(self, real: Any, found: Any, share: Any, numbers: Any) -> Any:
        """Return the loss of what was found; it updates the means."""
        counted = self.generator.mask(ops.ones_like(real), ElementMask()(numbers))
        used = ops.mean(ops.sum(counted, axis=(1, 2)))
        miss = ops.sum(ops.square(found - real), axis=(1, 2)) / used
        loss = ops.mean(miss / ops.square(ops.maximum(1 - share[:, 0], NEAREST)))
        self.means["flow_loss"].update_state(loss)
        self.means["miss"].update_state(ops.mean(miss))
        return loss


class TilesAdversary(FlowMatching):
    """Trains generator and discriminator in the rounds in which a graph is made.

    The discriminator tells a real graph from what the generator finds, knowing the mixture of that
    graph and noise in which it was found (denoising diffusion GAN; Xiao et al., ICLR 2022). Scores
    are compared in pairs; a penalty on their change under small noise stands in for the squared
    gradients (R1 and R2; Mescheder et al., 2018). The loss of the flow stays as an anchor. With
    `terms` the generator also minimises Σ ωᵢ f(Eᵢ), equation (2), of the graphs that it finds.
    """

    hint = "lower gan.tiles.learning_rate, raise gan.tiles.penalty, or enlarge the data"

    def __init__(
        self,
        generator: TilesGenerator,
        discriminator: TilesDiscriminator,
        terms: Sequence[ConstraintTerm],
        penalty: float,
        anchor: float,
    ) -> None:
        super().__init__(generator)
        self.discriminator, self.penalty, self.anchor = discriminator, penalty, anchor
        self._terms = ConstraintTerms(terms)
        names = ["discriminator_loss", "generator_loss", "penalty", "real_score", "fake_score"]
        names += self._terms.names
        self.means |= {name: keras.metrics.Mean(name=name) for name in names}

    def loss_of(self, inputs: Any, outputs: Any) -> Any:
        """Return the losses of both networks, with the constraint terms, on one batch."""
        (real, state, found), numbers, share = outputs, inputs["numbers"], inputs["share"]
        judge, held = self.discriminator.network, ops.stop_gradient(found)
        mask = ElementMask()(numbers)
        near = [
            one + JITTER * self.generator.mask(noise, mask)
            for one, noise in zip((real, held), ops.split(inputs["jitter"], 2, axis=1), strict=True)
        ]
        # All in one call, not four: on so few tokens the update is a fifth faster for it.
        every = ops.concatenate([real, held, *near], axis=0)
        told = [ops.concatenate([one] * 4, axis=0) for one in (state, share, numbers)]
        scores = ops.split(judge([every, *told], training=True), 4)
        real_score, fake_score, real_near, fake_near = scores
        change = ops.square(real_near - real_score) + ops.square(fake_near - fake_score)
        penalty = self.penalty * ops.mean(change) / (2 * JITTER**2)
        discriminator_loss = ops.mean(ops.softplus(fake_score - real_score))
        held_score = constant_call(judge, [found, state, share, numbers])
        adversarial = ops.mean(ops.softplus(ops.stop_gradient(real_score) - held_score))
        for name, value in (
            ("discriminator_loss", discriminator_loss),
            ("generator_loss", adversarial),
            ("penalty", penalty),
            ("real_score", real_score),
            ("fake_score", fake_score),
        ):
            self.means[name].update_state(value)
        made = {}
        if self._terms.read_graphs:
            made["graphs"] = lay_out_tiles(self.generator.tiles(found, numbers), numbers)
        constraints = self._terms.loss(made, self.means)
        flow = self.flow_loss(real, found, share, numbers)
        return discriminator_loss + penalty + adversarial + constraints + self.anchor * flow


def train_flow(
    structures: str,
    shards: Sequence[str],
    outputs: Mapping[str, str],
    settings: TilesGanTraining,
    *,
    autoencoders: tuple[str, Sequence[str], Sequence[str]],
    seed: int,
    identity: Mapping[str, Any],
    hardware: HardwareSettings,
) -> None:
    """Train the generator of tiles by flow matching and write it.

    structures, shards: files of the crystals and of their graphs; those in both are trained on.
    outputs: the files `model` and `history`. autoencoders: arguments of `load_autoencoders`.
    """
    graphs = read_graphs(shards).of(Crystals.read(structures))

    def run(folder: Path, callbacks: list[keras.callbacks.Callback]) -> Any:
        keras.utils.set_random_seed(seed)
        matching, batches = flow_matching(graphs, settings, load_autoencoders(*autoencoders), seed)
        history = fit(
            matching,
            batches,
            None,
            folder,
            epochs=-(-settings.flow.steps // settings.steps_per_epoch),
            patience=None,
            callbacks=callbacks,
        )
        return {"model": matching.generator}, history

    run_training(run, outputs, name="gan/flow", identity=identity, hardware=hardware)


def flow_matching(
    graphs: GraphTable, settings: TilesGanTraining, networks: Autoencoders, seed: int
) -> tuple[FlowMatching, Batches]:
    """Make the compiled network and its batches; arguments as of `training.gan.fit_gan`.

    Graphs of more than `MOST_ELEMENTS` elements are left out. `InputError` where none is left.
    """
    train = _few_elements(graphs.part("train"))
    generator = TilesGenerator(
        noise=settings.noise,
        lattice=networks.lattice.latent,
        sites=max(network.latent for network in networks.sites.values()),
        width=settings.width,
        blocks=settings.blocks,
        rounds=settings.rounds,
    )
    generator.set_latent(train.tiles[:, 0], train.tiles[:, 1:][train.numbers[:, 1:] > 0])
    matching = FlowMatching(generator)
    matching.compile(
        keras.optimizers.AdamW(
            cosine_schedule(settings.flow.learning_rate, settings.flow.steps),
            weight_decay=1e-5,
            clipnorm=1.0,
            use_ema=True,
            ema_momentum=settings.average,
        ),
        jit_compile=jit_compile(settings.flow.steps),
    )

    def share(number: int, random: np.random.Generator) -> np.ndarray:
        """Draw shares from 0 to 1, few at either end, where there is little to learn."""
        return 1 / (1 + np.exp(-random.standard_normal((number, 1), dtype="f4")))

    return matching, _batches(train, settings, seed, share)


def tiles_adversary(
    graphs: GraphTable,
    terms: Sequence[ConstraintTerm],
    settings: TilesGanTraining,
    flow: str,
    seed: int,
) -> tuple[TilesAdversary, Batches]:
    """Make the compiled networks and their batches; arguments as of `training.gan.fit_gan`.

    flow: file of the generator that `train_flow` has written, from which the training goes on.
    """
    check_reads([term.network for term in terms])
    train = _few_elements(graphs.part("train"))
    generator = load_model(flow, TilesGenerator)
    discriminator = TilesDiscriminator(width=settings.width, blocks=settings.blocks)
    adversary = TilesAdversary(generator, discriminator, terms, settings.penalty, settings.anchor)
    adversary.compile(averaging_adam(settings), jit_compile=jit_compile(settings.steps))

    def share(number: int, random: np.random.Generator) -> np.ndarray:
        """Draw one of the rounds for each graph."""
        return (random.integers(generator.rounds, size=(number, 1)) / generator.rounds).astype("f4")

    return adversary, _batches(train, settings, seed, share)


def _few_elements(train: GraphTable) -> GraphTable:
    """Select the graphs of few elements, with places for as many."""
    few = (train.numbers[:, 1:] > 0).sum(axis=1) <= MOST_ELEMENTS
    what = f"the part 'train' with at most {MOST_ELEMENTS} elements"
    kept = train.select(np.flatnonzero(few), what)
    return GraphTable(
        kept.tiles[:, :LATTICE_AND_ELEMENTS],
        kept.numbers[:, :LATTICE_AND_ELEMENTS],
        kept.counts[:, :LATTICE_AND_ELEMENTS],
        kept.labels,
        kept.layout,
    )


def _batches(train: GraphTable, settings: TilesGanTraining, seed: int, share: Any) -> Batches:
    """Make batches of graphs and noise; share: draws how much of the mixture is graph."""

    def load(rows: Any, random: np.random.Generator) -> Any:
        tiles = train.tiles[rows]
        inputs = {
            "tiles": tiles,
            "numbers": train.numbers[rows],
            "noise": random.standard_normal((len(rows), settings.noise), dtype="f4"),
            "jitter": random.standard_normal((len(rows), 2 * tiles.shape[1], tiles.shape[2])),
            "share": share(len(rows), random),
        }
        inputs["jitter"] = inputs["jitter"].astype("f4")
        return inputs, np.zeros((len(rows), 1), dtype="f4")

    steps = settings.steps_per_epoch
    return Batches(len(train.labels), settings.batch, seed, load, steps=steps)
