"""Training of the paper's generator: equation 1, and equation 2 with constraints."""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from ccdcgan.codec.graph_table import GraphTable
from ccdcgan.core.settings.gan import PaperGanTraining
from ccdcgan.networks.autoencoder import Autoencoders
from ccdcgan.networks.base import OwnLoss
from ccdcgan.networks.constraint import check_reads
from ccdcgan.networks.paper import PaperDiscriminator, PaperGenerator
from ccdcgan.training.adversary import constant_call
from ccdcgan.training.constraint_loss import ConstraintTerm, ConstraintTerms
from ccdcgan.training.loop import Batches


class PaperAdversary(OwnLoss):
    """Trains generator and discriminator by cross-entropy, in one step of one optimiser.

    To Adam, which scales each weight's gradient by itself, that is one optimiser for each.
    With `terms` the generator also minimises Σ ωᵢ f(Eᵢ), equation (2).
    """

    hint = "lower gan.paper.learning_rate or gan.paper.width, or enlarge the data"

    def __init__(
        self,
        generator: PaperGenerator,
        discriminator: PaperDiscriminator,
        terms: Sequence[ConstraintTerm],
    ) -> None:
        super().__init__()
        self.generator, self.discriminator = generator, discriminator
        self._terms = ConstraintTerms(terms)
        names = ["discriminator_loss", "generator_loss", "real_score", "fake_score"]
        names += self._terms.names
        self.means = {name: keras.metrics.Mean(name=name) for name in names}
        self.built = True

    def call(self, inputs: Mapping[str, Any], training: bool | None = None) -> Any:
        """Generate graphs."""
        return self.generator(inputs["noise"], training=training)

    def loss_of(self, inputs: Any, outputs: Any) -> Any:
        """Return the losses of both networks, with the constraint terms, on one batch."""
        real_score = self.discriminator(inputs["graphs"], training=True)
        fake_score = self.discriminator(ops.stop_gradient(outputs), training=True)
        discriminator_loss = ops.mean(ops.softplus(-real_score) + ops.softplus(fake_score)) / 2
        held_score = constant_call(self.discriminator.network, outputs)
        adversarial = ops.mean(ops.softplus(-held_score))
        for name, value in (
            ("discriminator_loss", discriminator_loss),
            ("generator_loss", adversarial),
            ("real_score", real_score),
            ("fake_score", fake_score),
        ):
            self.means[name].update_state(value)
        return discriminator_loss + adversarial + self._terms.loss({"graphs": outputs}, self.means)


def paper_adversary(
    graphs: GraphTable,
    terms: Sequence[ConstraintTerm],
    settings: PaperGanTraining,
    networks: Autoencoders,
    seed: int,
) -> tuple[PaperAdversary, Batches]:
    """Make the compiled networks and their batches; arguments as of `training.gan.fit_gan`."""
    check_reads([term.network for term in terms])
    train = graphs.part("train")
    shape = {"width": settings.width, "blocks": settings.blocks}
    generator = PaperGenerator(
        noise=settings.noise,
        layout=train.layout,
        lattice=networks.lattice.latent,
        sites=max(network.latent for network in networks.sites.values()),
        norm=float(np.linalg.norm(train.tiles[:, 1:], axis=-1)[train.numbers[:, 1:] > 0].mean()),
        **shape,
    )
    adversary = PaperAdversary(generator, PaperDiscriminator(**shape), terms)
    adversary.compile(
        keras.optimizers.Adam(
            settings.learning_rate, beta_1=0.5, use_ema=True, ema_momentum=settings.average
        ),
        jit_compile=False,  # compiling takes longer than it gains
    )

    def load(rows: Any, random: np.random.Generator) -> Any:
        noise = random.standard_normal((len(rows), settings.noise), dtype="f4")
        return {"graphs": train.graphs(rows), "noise": noise}, np.zeros((len(rows), 1), dtype="f4")

    samples, size = len(train.labels), settings.batch
    return adversary, Batches(samples, size, seed, load, steps=settings.steps_per_epoch)
