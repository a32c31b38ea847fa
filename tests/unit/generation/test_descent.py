"""The descent in the space of the noise."""

import keras
import numpy as np

from builders.gan import NETWORKS, SMALL, small_generator
from ccdcgan.crystals.compositions import Compositions, count_atoms
from ccdcgan.generation.descent import descend
from ccdcgan.networks.constraint import Constraint
from ccdcgan.networks.discriminator import Discriminator
from ccdcgan.networks.generator import set_encoders
from ccdcgan.training.constraint_loss import ConstraintTerm, constraint_losses

CELLS = [["Co", "Co", "Hf"], ["Co", "Co"], ["Li", "Li", "Li", "Cd"]]
ASKED = Compositions.even(count_atoms(CELLS))
NUMBERS, COUNTS = (places[:, :3] for places in ASKED.places())
STEPS = {"steps": 6, "rate": 0.05}


def test_the_noise_goes_down_the_constraint_and_back_to_no_other_graph() -> None:
    keras.utils.set_random_seed(0)
    generator, discriminator = small_generator(), Discriminator(**SMALL)
    set_encoders(generator.encoders, NETWORKS)
    energy = Constraint(name="energy", kind="atoms", mean=0.0, spread=1.0, **SMALL)
    random = np.random.default_rng(0)
    for weight in energy.weights:
        weight.assign(random.normal(0, 0.3, weight.shape))
    terms = [ConstraintTerm(energy, 10.0, "minimise")]
    noise = random.standard_normal((3, generator.noise)).astype("f4")
    asked = {"numbers": NUMBERS, "counts": COUNTS, "species": ASKED.species()}
    before = [np.array(weight) for weight in generator.weights + energy.weights]

    def price(noise: np.ndarray) -> np.ndarray:
        _, coords, cell = generator.network([noise, NUMBERS, COUNTS])
        crystals = {"coords": np.asarray(coords), "cell": np.asarray(cell)}
        return constraint_losses(terms, {**crystals, "species": asked["species"]})

    moved = descend(generator, discriminator, terms, noise, asked, **STEPS)
    assert price(moved).mean() < price(noise).mean() - 0.03
    first = {name: values[:1] for name, values in asked.items()}
    alone = descend(generator, discriminator, terms, noise[:1], first, **STEPS)
    np.testing.assert_allclose(alone, moved[:1], atol=1e-5)
    after = generator.weights + energy.weights
    for old, new in zip(before, after, strict=True):
        np.testing.assert_array_equal(old, np.array(new))
