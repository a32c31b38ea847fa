"""What the refiner says turns with the crystal, and begins where a denoiser has ended."""

from collections.abc import Sequence

import keras
import numpy as np
from pymatgen.core import Structure
from scipy.spatial.transform import Rotation

from builders.gan import CRYSTAL, SMALL
from ccdcgan.networks.denoiser import Denoiser
from ccdcgan.networks.refiner import DISPLACEMENT, LARGE, Refiner

UNTURNED = np.eye(3)


def denoiser() -> Denoiser:
    keras.utils.set_random_seed(0)
    model = Denoiser(**SMALL)
    for weight in model.weights:  # those of the last layers start at zero
        weight.assign(np.random.default_rng(0).normal(0, 0.3, weight.shape))
    return model


def inputs_of(
    one: Structure, former: Sequence[int] = (0,), turn: np.ndarray = UNTURNED
) -> dict[str, np.ndarray]:
    species = np.array([one.atomic_numbers], "i4")
    return {
        "species": species,
        "former": np.broadcast_to(np.array([former], "i4"), species.shape).copy(),
        "coords": one.frac_coords[None].astype("f4"),
        "axes": (one.lattice.matrix @ turn).astype("f4")[None],
        "level": np.array([DISPLACEMENT], "f4"),
    }


def said(model: keras.Model, inputs: dict[str, np.ndarray]) -> list[np.ndarray]:
    return [np.asarray(part)[0] for part in model(inputs)]


def test_what_it_says_turns_with_the_crystal() -> None:
    model = Refiner.of_denoiser(denoiser())
    one = CRYSTAL.copy().perturb(0.2)
    turn = Rotation.from_euler("xyz", [20, 50, 70], degrees=True).as_matrix()
    displacements, strain = said(model, inputs_of(one))
    other, strained = said(model, inputs_of(one, turn=turn))
    assert np.abs(displacements).max() > 1e-2 and np.abs(strain).max() > 1e-2
    np.testing.assert_allclose(other, displacements @ turn, atol=1e-3)
    np.testing.assert_allclose(strained, turn.T @ strain @ turn, atol=1e-3)


def test_it_begins_as_the_denoiser_whatever_stood_there_before() -> None:
    start = denoiser()
    model = Refiner.of_denoiser(start)
    for former in ((0,), (11, 17, 35, 53)):
        inputs = inputs_of(CRYSTAL.copy().perturb(0.2), former)
        for found, expected in zip(said(model, inputs), said(start, inputs), strict=True):
            np.testing.assert_allclose(found, expected, atol=1e-5)


def test_a_large_error_counts_in_proportion() -> None:
    model = Refiner(**SMALL)
    zeros = {"displacements": np.zeros((1, 4, 3), "f4"), "strain": np.zeros((1, 3, 3), "f4")}
    inputs = {**inputs_of(CRYSTAL), **zeros}

    def loss(strain: float) -> float:
        outputs = (zeros["displacements"], np.full((1, 3, 3), strain, "f4"))
        return float(model.loss_of(inputs, outputs))

    assert loss(0.0) == 0
    np.testing.assert_allclose(loss(2.0), 4.0)
    np.testing.assert_allclose(loss(LARGE + 2) - loss(LARGE + 1), 2 * LARGE, rtol=1e-5)
