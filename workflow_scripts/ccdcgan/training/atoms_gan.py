"""Training of our generator: equation 1, and equation 2 with constraints."""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from ccdcgan.codec.graph_table import GraphTable
from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.gan import AtomsGanSettings, AtomsGanTraining
from ccdcgan.crystals.arrays import MAX_ATOMS
from ccdcgan.crystals.table import Crystals
from ccdcgan.networks.autoencoder import Autoencoders
from ccdcgan.networks.base import OwnLoss
from ccdcgan.networks.discriminator import Discriminator
from ccdcgan.networks.files import to_numpy
from ccdcgan.networks.generator import Generator, cell_size, inference_network, set_encoders
from ccdcgan.networks.geometry import geometry_loss, training_geometry
from ccdcgan.training.adversary import averaging_adam, constant_call, paired_scores
from ccdcgan.training.constraint_loss import ConstraintTerm, ConstraintTerms
from ccdcgan.training.loop import Batches, jit_compile

COORDINATE = 0.02  # of an axis: how closely an atom of a real crystal is to be placed again …
EDGE = 0.1  # Å; … and its cell to be made again


class AtomsAdversary(OwnLoss):
    """Trains a generator and a discriminator together, in one step of one optimiser.

    The discriminator's score of a real crystal is compared with that of a generated one of the
    same composition (relativistic pairing, Jolicoeur-Martineau 2018). A penalty on the change of
    the score under small noise, at real and at generated crystals, stands in for the squared
    gradient (R1 and R2; Mescheder et al. 2018) without second derivatives. With `terms` the
    generator also minimises Σ ωᵢ f(Eᵢ), equation (2).

    With `anchor` a third network infers the noise of each real crystal and the generator places
    its atoms again from it (a variational autoencoder beside the adversary, Larsen et al. 2016).
    So every training crystal belongs to some noise, and none is forgotten. `geometry` weighs what
    `geometry_loss` says against distances and volumes that the training crystals do not have;
    `reference` is what `training_geometry` measured of those.
    """

    hint = "lower gan.atoms.learning_rate, raise gan.atoms.penalty, or enlarge the data"

    def __init__(
        self,
        generator: Generator,
        discriminator: Discriminator,
        terms: Sequence[ConstraintTerm],
        inference: keras.Model,
        reference: Mapping[str, np.ndarray],
        settings: AtomsGanSettings,
    ) -> None:
        super().__init__()
        self.generator, self.discriminator, self.inference = generator, discriminator, inference
        self.penalty, self.anchor = settings.penalty, settings.anchor
        self.geometry, self._reference = settings.geometry, reference
        self._terms = ConstraintTerms(terms)
        names = ["discriminator_loss", "generator_loss", "penalty", "anchor_loss", "geometry_loss"]
        names += ["real_score", "fake_score"]
        names += self._terms.names
        self.means = {name: keras.metrics.Mean(name=name) for name in names}
        self.built = True

    def call(self, inputs: Mapping[str, Any], training: bool | None = None) -> Any:
        """Generate tiles, coordinates and cells of crystals."""
        network = self.generator.network
        return network([inputs["noise"], inputs["numbers"], inputs["counts"]], training=training)

    def loss_of(self, inputs: Any, outputs: Any) -> Any:
        """Return the losses of all three networks on one batch."""
        (fake, coords, cell), real = outputs, inputs["tiles"]
        numbers, counts = inputs["numbers"], inputs["counts"]
        held = ops.stop_gradient(fake)
        scores = paired_scores(
            self.discriminator.network, real, held, (numbers, numbers), counts, inputs["jitter"]
        )
        real_score, fake_score = scores.real, scores.fake
        penalty = scores.change * self.penalty
        discriminator_loss = ops.mean(ops.softplus(fake_score - real_score))

        held_score = constant_call(self.discriminator.network, [fake, numbers, counts])
        adversarial = ops.mean(ops.softplus(ops.stop_gradient(real_score) - held_score))
        made = {"species": inputs["species"], "coords": coords, "cell": cell}
        if self._terms.read_graphs:
            made["graphs"] = self.generator.graph(fake, numbers)
        constraints = self._terms.loss(made, self.means)
        anchor = self._anchor_loss(inputs) if self.anchor else 0.0
        geometry = ops.mean(geometry_loss(coords, cell, inputs["species"], self._reference))
        for name, value in (
            ("discriminator_loss", discriminator_loss),
            ("generator_loss", adversarial),
            ("penalty", penalty),
            ("anchor_loss", anchor),
            ("geometry_loss", geometry),
            ("real_score", real_score),
            ("fake_score", fake_score),
        ):
            self.means[name].update_state(value)
        regular = self.anchor * anchor + self.geometry * geometry
        return discriminator_loss + penalty + adversarial + constraints + regular

    def _anchor_loss(self, x: Mapping[str, Any]) -> Any:
        """Return the negative evidence bound of the real crystals, in nats a number of one."""
        usual = self.generator.settings["cell"]
        scaled = (x["shape"] - np.array(usual["mean"], "f4")) / np.array(usual["spread"], "f4")
        posterior = self.inference([x["coords"], scaled, x["species"]], training=True)
        centre, logarithm = posterior[:, 0], ops.clip(posterior[:, 1], -10.0, 4.0)
        noise = centre + ops.exp(0.5 * logarithm) * x["posterior"]
        network = self.generator.network
        _, coords, cell = network([noise, x["numbers"], x["counts"]], training=True)
        used = ops.cast(x["species"] > 0, "float32")
        turn = (1 - ops.cos(2 * np.pi * (coords - x["coords"]))) / (2 * np.pi**2)
        error = ops.sum(ops.sum(turn, axis=-1) * used, axis=-1) / (2 * COORDINATE**2)
        error = error + ops.sum(ops.square(cell - x["cell"]), axis=-1) / (2 * EDGE**2)
        gain = 0.5 * (ops.square(centre) + ops.exp(logarithm) - 1 - logarithm)
        divergence = ops.sum(
            ops.reshape(gain, (-1, MAX_ATOMS, gain.shape[1] // MAX_ATOMS)), axis=-1
        )
        divergence = ops.sum(divergence * used, axis=-1)
        return ops.mean((error + divergence) / (3 * ops.sum(used, axis=-1) + cell.shape[-1]))


def atoms_adversary(
    graphs: GraphTable,
    terms: Sequence[ConstraintTerm],
    settings: AtomsGanTraining,
    structures: Crystals,
    networks: Autoencoders,
    seed: int,
) -> tuple[AtomsAdversary, Batches]:
    """Make the compiled networks and their batches; arguments as of `training.gan.fit_gan`."""
    shape = {"width": settings.width, "blocks": settings.blocks}
    train = graphs.part("train")
    crystals = structures.take(train.labels["id"]).arrays()
    reference = training_geometry(crystals)
    size = cell_size(crystals["species"], reference["volumes"])
    crystals["shape"] = crystals["cell"] / to_numpy(size)
    if any(network.full_resolution for network in (networks.lattice, *networks.sites.values())):
        raise InputError(
            "config autoencoder.network: the generator `atoms` draws the coarse images of `dense` "
            "and `convolutional`, not those of `paper`; gan.network: paper works with all of them"
        )
    generator = Generator(
        noise=settings.noise,
        lattice=networks.lattice.settings,
        sites={str(number): network.settings for number, network in networks.sites.items()},
        cell={
            "mean": crystals["shape"].mean(axis=0).tolist(),
            "spread": (crystals["shape"].std(axis=0) + 0.02).tolist(),
            "volumes": reference["volumes"].tolist(),
        },
        **shape,
    )
    set_encoders(generator.encoders, networks)
    discriminator = Discriminator(**shape)
    inference = inference_network(settings.noise, **shape)
    adversary = AtomsAdversary(generator, discriminator, terms, inference, reference, settings)
    adversary.compile(averaging_adam(settings), jit_compile=jit_compile(settings.steps))
    return adversary, _batches(train, crystals, settings, seed)


def _batches(
    train: GraphTable, crystals: Mapping[str, np.ndarray], settings: AtomsGanTraining, seed: int
) -> Batches:
    def load(rows: Any, random: np.random.Generator) -> Any:
        tiles = train.tiles[rows]
        noise = (2, len(rows), settings.noise)
        fresh, posterior = random.standard_normal(noise, dtype="f4")
        inputs = {
            "tiles": tiles,
            "numbers": train.numbers[rows],
            "counts": train.counts[rows],
            "noise": fresh,
            "posterior": posterior,
            "jitter": random.standard_normal(tiles.shape, dtype="f4"),
            **{name: values[rows] for name, values in crystals.items()},
        }
        return inputs, np.zeros((len(rows), 1), dtype="f4")

    samples, size = len(train.labels), settings.batch
    return Batches(samples, size, seed, load, steps=settings.steps_per_epoch)
