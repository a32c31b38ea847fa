"""Training of the generator of tiles: equation 1, and equation 2 with constraints."""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from ccdcgan.codec.graph_table import GraphTable
from ccdcgan.core.settings.gan import TilesGanTraining
from ccdcgan.networks.autoencoder import Autoencoders
from ccdcgan.networks.base import OwnLoss
from ccdcgan.networks.constraint import check_reads
from ccdcgan.networks.discriminator import Discriminator
from ccdcgan.networks.generator import lay_out_tiles
from ccdcgan.networks.tiles import TilesGenerator
from ccdcgan.training.adversary import JITTER, averaging_adam, constant_call
from ccdcgan.training.constraint_loss import ConstraintTerm, ConstraintTerms
from ccdcgan.training.loop import Batches, jit_compile


class TilesAdversary(OwnLoss):
    """Trains generator and discriminator by cross-entropy, in one step of one optimiser.

    Both are given the elements, those of a real graph for each generated one. A penalty on the
    change of the score under small noise, at real graphs, stands in for the squared gradient (R1;
    Mescheder et al. 2018) without second derivatives. With `terms` the generator also minimises
    Σ ωᵢ f(Eᵢ), equation (2).
    """

    hint = "lower gan.tiles.learning_rate, raise gan.tiles.penalty, or enlarge the data"

    def __init__(
        self,
        generator: TilesGenerator,
        discriminator: Discriminator,
        terms: Sequence[ConstraintTerm],
        penalty: float,
    ) -> None:
        super().__init__()
        self.generator, self.discriminator, self.penalty = generator, discriminator, penalty
        self._terms = ConstraintTerms(terms)
        names = ["discriminator_loss", "generator_loss", "penalty", "real_score", "fake_score"]
        names += self._terms.names
        self.means = {name: keras.metrics.Mean(name=name) for name in names}
        self.built = True

    def call(self, inputs: Mapping[str, Any], training: bool | None = None) -> Any:
        """Generate tiles (b, k, 256)."""
        return self.generator.network([inputs["noise"], inputs["numbers"]], training=training)

    def loss_of(self, inputs: Any, outputs: Any) -> Any:
        """Return the losses of both networks, with the constraint terms, on one batch."""
        real, numbers = inputs["tiles"], inputs["numbers"]
        untold = ops.zeros_like(numbers)  # how many atoms an element has is told to neither
        near = real + JITTER * inputs["jitter"] * ops.cast(ops.not_equal(real, 0), real.dtype)
        every = ops.concatenate([real, ops.stop_gradient(outputs), near], axis=0)
        told = [ops.concatenate([one] * 3, axis=0) for one in (numbers, untold)]
        scores = ops.split(self.discriminator.network([every, *told], training=True), 3)
        real_score, fake_score, near_score = scores
        penalty = self.penalty * ops.mean(ops.square(near_score - real_score)) / (2 * JITTER**2)
        discriminator_loss = ops.mean(ops.softplus(-real_score) + ops.softplus(fake_score)) / 2
        held_score = constant_call(self.discriminator.network, [outputs, numbers, untold])
        adversarial = ops.mean(ops.softplus(-held_score))
        made = {"graphs": lay_out_tiles(outputs, numbers)} if self._terms.read_graphs else {}
        for name, value in (
            ("discriminator_loss", discriminator_loss),
            ("generator_loss", adversarial),
            ("penalty", penalty),
            ("real_score", real_score),
            ("fake_score", fake_score),
        ):
            self.means[name].update_state(value)
        return discriminator_loss + penalty + adversarial + self._terms.loss(made, self.means)


def tiles_adversary(
    graphs: GraphTable,
    terms: Sequence[ConstraintTerm],
    settings: TilesGanTraining,
    networks: Autoencoders,
    seed: int,
) -> tuple[TilesAdversary, Batches]:
    """Make the compiled networks and their batches; arguments as of `training.gan.fit_gan`."""
    check_reads([term.network for term in terms])
    train = graphs.part("train")
    shape = {"width": settings.width, "blocks": settings.blocks}
    generator = TilesGenerator(
        noise=settings.noise,
        lattice=networks.lattice.latent,
        sites=max(network.latent for network in networks.sites.values()),
        **shape,
    )
    adversary = TilesAdversary(generator, Discriminator(**shape), terms, settings.penalty)
    adversary.compile(averaging_adam(settings), jit_compile=jit_compile(settings.steps))

    def load(rows: Any, random: np.random.Generator) -> Any:
        tiles = train.tiles[rows]
        inputs = {
            "tiles": tiles,
            "numbers": train.numbers[rows],
            "noise": random.standard_normal((len(rows), settings.noise), dtype="f4"),
            "jitter": random.standard_normal(tiles.shape, dtype="f4"),
        }
        return inputs, np.zeros((len(rows), 1), dtype="f4")

    samples, size = len(train.labels), settings.batch
    return adversary, Batches(samples, size, seed, load, steps=settings.steps_per_epoch)
