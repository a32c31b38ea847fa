"""Training of the generator that exchanges elements: equation 1, and 2 with constraints.

What it draws is discrete, so the losses of discriminator and constraints reach it as a policy's do
(REINFORCE, Williams, Machine Learning 8, 229 (1992)). Beside that it learns to find the structure
type of each training crystal among the templates of other compositions, and which elements stand
for one another there.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from ccdcgan.codec.graph_table import GraphTable
from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.gan import TemplatesGanSettings, TemplatesGanTraining
from ccdcgan.crystals.table import Crystals
from ccdcgan.networks.autoencoder import Autoencoders
from ccdcgan.networks.base import OwnLoss
from ccdcgan.networks.discriminator import Discriminator
from ccdcgan.networks.exchange import Templates
from ccdcgan.networks.generator import draw_lattice
from ccdcgan.networks.templates import TemplateGenerator
from ccdcgan.representation.graph_layout import TILE_SIZE, TILES
from ccdcgan.stability.training_hull import ENERGY, TrainingHull
from ccdcgan.training.adversary import averaging_adam, paired_scores
from ccdcgan.training.constraint_loss import ConstraintTerm, ConstraintTerms
from ccdcgan.training.loop import Batches
from ccdcgan.training.templates import structure_types, template_generator

NEAREST = 256  # templates among which that of a crystal is looked for
LARGEST_RATIO = 5.0  # that an exchange counts, however much likelier it has become
FAR = -1e9  # the logarithm of no chance


class TemplateAdversary(OwnLoss):
    """Trains the generator that starts from templates, and its discriminator, in one step.

    The discriminator's score of a real crystal is compared with that of one made by an exchange of
    elements (relativistic pairing, Jolicoeur-Martineau 2018), with the same penalty as the other
    adversary's. An exchange that was proposed with the probability q counts p/q, with the
    generator's own p, in the generator's loss: the discriminator's, and with `terms` Σ ωᵢ f(Eᵢ) of
    equation (2), both less their means over the batch; a formation energy counts from the hull of
    the training crystals. The `anchor` weighs the logarithmic losses of what the training crystals
    show: of their structure types among the nearest templates, and of the exchanges that lead to
    them from templates of these types.
    """

    hint = "lower gan.templates.learning_rate, raise gan.templates.penalty, or enlarge the data"

    def __init__(
        self,
        generator: TemplateGenerator,
        discriminator: Discriminator,
        lattice: Any,
        terms: Sequence[ConstraintTerm],
        present: NDArray[np.bool_],
        settings: TemplatesGanSettings,
    ) -> None:
        super().__init__()
        self.generator, self.discriminator = generator, discriminator
        self.penalty, self.anchor = settings.penalty, settings.anchor
        self._lattice, self._terms, self._absent = lattice, ConstraintTerms(terms), ~present
        names = ["discriminator_loss", "generator_loss", "penalty", "anchor_loss"]
        names += ["real_score", "fake_score", *self._terms.names]
        self.means = {name: keras.metrics.Mean(name=name) for name in names}
        self.built = True

    def call(self, inputs: Mapping[str, Any], training: bool | None = None) -> Any:
        """Give the distances (b, m) of the exchanges that lead to each crystal from templates."""
        return self.generator([inputs["old"], inputs["new"]])

    def loss_of(self, inputs: Any, outputs: Any) -> Any:
        """Return the losses of both networks on one batch."""
        logits = ops.where(inputs["listed"], -outputs, FAR)
        found = ops.where(inputs["alike"], logits, FAR)
        missed = ops.logsumexp(logits, axis=1) - ops.logsumexp(found, axis=1)
        alike = ops.cast(inputs["alike"], "float32")
        counted = ops.max(alike, axis=1)
        seen = ops.sum(alike * self._chances(inputs["old"], inputs["new"]), axis=1)
        missed = missed - seen / ops.maximum(ops.sum(alike, axis=1), 1.0)
        anchor = ops.sum(missed * counted) / ops.maximum(ops.sum(counted), 1.0)

        lattice = self._lattice(inputs["made_cell"])
        real = inputs["tiles"]
        fake = ops.concatenate([lattice[:, None], real[:, 1:]], axis=1)
        numbers = inputs["numbers"], inputs["made_numbers"]
        scores = paired_scores(
            self.discriminator.network, real, fake, numbers, inputs["counts"], inputs["jitter"]
        )
        penalty = scores.change * self.penalty
        discriminator_loss = ops.mean(ops.softplus(scores.fake - scores.real))

        losses = ops.softplus(ops.stop_gradient(scores.real - scores.fake))
        adversarial = ops.mean(losses)
        made = {name: inputs[f"made_{name}"] for name in ("species", "coords", "cell")}
        zeros = {ENERGY: inputs["made_hull"]}
        losses = losses + ops.stop_gradient(self._terms.losses(made, self.means, zeros))
        advantage = losses - ops.mean(losses)
        policy = ops.mean(advantage * self._ratio(inputs))
        for name, value in (
            ("discriminator_loss", discriminator_loss),
            ("generator_loss", adversarial),
            ("penalty", penalty),
            ("anchor_loss", anchor),
            ("real_score", scores.real),
            ("fake_score", scores.fake),
        ):
            self.means[name].update_state(value)
        return discriminator_loss + penalty + policy + self.anchor * anchor

    def _chances(self, old: Any, new: Any) -> Any:
        """Return the logarithms (…) of the chances that old elements (…, k) become new ones."""
        absent = np.where(self._absent, FAR, 0.0).astype("f4")
        chances = ops.log_softmax(absent - self.generator.drawing_distances(), axis=1)
        each = ops.take(ops.reshape(chances, (-1,)), old * TILES + new)
        return ops.sum(each * ops.cast(new > 0, "float32"), axis=-1)

    def _ratio(self, inputs: Mapping[str, Any]) -> Any:
        """Return p/q (b,) of the exchanges proposed, at most `LARGEST_RATIO`."""
        logarithm = self._chances(inputs["made_old"], inputs["made_new"])
        return ops.exp(ops.minimum(logarithm - inputs["made_chance"], float(np.log(LARGEST_RATIO))))


def template_adversary(
    graphs: GraphTable,
    terms: Sequence[ConstraintTerm],
    settings: TemplatesGanTraining,
    structures: Crystals,
    networks: Autoencoders,
    seed: int,
) -> tuple[TemplateAdversary, Batches]:
    """Make the compiled networks and their batches; arguments as of `training.gan.fit_gan`."""
    if networks.lattice.full_resolution or len(networks.sites) > 1:
        raise InputError(
            "config gan.network: 'templates' moves tiles from one element to another, so one "
            "autoencoder must write them all, and draws coarse images of lattices: set "
            "autoencoder.graphs: combined and autoencoder.network: dense, or another gan.network"
        )
    train = graphs.part("train")
    crystals = structures.take(train.labels["id"])
    generator = template_generator(crystals, structure_types(crystals), settings.size)
    discriminator = Discriminator(width=settings.width, blocks=settings.blocks)
    templates = Templates(generator)
    present = np.zeros(TILES, dtype=bool)
    present[templates.present] = True
    sigma, encoder = networks.lattice.sigma, networks.lattice.encoder

    def encode(cell: Any) -> Any:
        latent = ops.stop_gradient(encoder(draw_lattice(cell, sigma), training=False))
        return ops.pad(latent, ((0, 0), (0, TILE_SIZE - latent.shape[-1])))

    adversary = TemplateAdversary(generator, discriminator, encode, terms, present, settings)
    adversary.compile(averaging_adam(settings), jit_compile=False)
    held = templates.held
    hull = TrainingHull(held["species"], held["energies"]) if terms else None
    return adversary, _batches(train, templates, hull, settings, seed)


def _batches(
    train: GraphTable,
    templates: Templates,
    hull: TrainingHull | None,
    settings: TemplatesGanTraining,
    seed: int,
) -> Batches:
    """Make batches: of each crystal templates that lead to it, and an exchange that leads away.

    Both are chosen by the elements' properties, whatever has been learnt since, so that a training
    which is taken up again goes on with the same ones.
    """

    def load(rows: Any, random: np.random.Generator) -> Any:
        made, chances = [], []
        for row in rows:
            one, chance = templates.propose(int(row), random)
            made.append(one)
            chances.append(chance)
        found = templates.crystals(made)
        numbers = train.numbers[rows]
        moved = np.zeros_like(numbers)
        for place, one in enumerate(made):
            moved[place] = [one.elements.get(int(number), 0) for number in numbers[place]]
        tiles = train.tiles[rows]
        energies = np.zeros(len(made)) if hull is None else hull.energies(templates.counts(made))
        inputs = {
            **templates.ways_to([int(row) for row in rows], NEAREST),
            "tiles": tiles,
            "numbers": numbers,
            "counts": train.counts[rows],
            "jitter": random.standard_normal(tiles.shape, dtype="f4"),
            **{f"made_{name}": values for name, values in found.items()},
            "made_numbers": moved,
            "made_old": np.where(moved > 0, numbers, 0),
            "made_new": moved,
            "made_chance": np.array(chances, "f4"),
            "made_hull": energies.astype("f4"),
        }
        return inputs, np.zeros((len(rows), 1), dtype="f4")

    samples, size = len(train.labels), settings.batch
    return Batches(samples, size, seed, load, steps=settings.steps_per_epoch)
