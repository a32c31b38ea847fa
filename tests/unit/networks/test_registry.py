"""All networks start from the seed alone."""

import keras
import numpy as np
import pytest

from builders.gan import NOISE, SMALL, small_generator
from ccdcgan.networks.constraint import Constraint
from ccdcgan.networks.denoiser import Denoiser
from ccdcgan.networks.discriminator import Discriminator
from ccdcgan.networks.generator import inference_network
from ccdcgan.networks.paper import PaperDiscriminator, PaperGenerator
from ccdcgan.networks.tiles import TilesGenerator


@pytest.mark.parametrize(
    "make",
    [
        small_generator,
        lambda: Discriminator(**SMALL),
        lambda: inference_network(NOISE, **SMALL),
        lambda: Constraint(name="e", kind="atoms", mean=0.0, spread=1.0, **SMALL),
        lambda: Denoiser(**SMALL),
        lambda: PaperGenerator(
            **{"noise": NOISE, "layout": "tiles", "lattice": 12, "sites": 24},
            **{"norm": 1.0, "width": 2, "blocks": 5},
        ),
        lambda: PaperDiscriminator(width=2, blocks=5),
        lambda: TilesGenerator(noise=NOISE, lattice=12, sites=24, rounds=2, **SMALL),
        lambda: Constraint(name="e", kind="tiles", mean=0.0, spread=1.0, **SMALL),
    ],
    ids=[
        "generator",
        "discriminator",
        "inference",
        "constraint",
        "denoiser",
        "paper generator",
        "paper discriminator",
        "tiles generator",
        "tiles constraint",
    ],
)
def test_the_seed_alone_says_where_a_training_starts(make) -> None:
    """An initialiser that is made before the seed is set gives weights of no seed."""

    def start(seed: int) -> list[np.ndarray]:
        keras.utils.set_random_seed(seed)
        return [np.asarray(weight) for weight in make().trainable_weights]

    first, again, other = start(1), start(1), start(2)
    drawn = [n for n, weight in enumerate(first) if weight.std() > 0]
    assert drawn
    assert all((first[n] == again[n]).all() for n in range(len(first)))
    assert all((first[n] != other[n]).any() for n in drawn)
