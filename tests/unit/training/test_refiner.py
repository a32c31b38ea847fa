"""Training of the refiner on pairs."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from builders.gan import SMALL
from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.refiner import RefinerSettings
from ccdcgan.generation.refine import refine
from ccdcgan.networks.denoiser import Denoiser
from ccdcgan.training.refiner import fit_refiner

SETTINGS = RefinerSettings(
    templates=1,
    shards=1,
    steps=150,
    steps_per_epoch=50,
    batch=16,
    learning_rate=1e-2,
    average=0.9,
)
STRETCH = 0.03


def pairs(number: int, seed: int = 0) -> dict[str, np.ndarray]:
    """Cubic crystals that are to grow where sodium stood before, and to shrink elsewhere."""
    random = np.random.default_rng(seed)
    species = np.zeros((number, 20), "u1")
    species[:, :2] = 11, 17
    former = species.copy()
    former[:, 0] = random.choice([3, 19], number)
    coords = np.zeros((number, 20, 3), "f4")
    coords[:, 1] = 0.5
    cell = np.zeros((number, 6), "f4")
    cell[:, [0, 2, 5]] = random.uniform(3.0, 4.0, (number, 1))
    sign = np.where(former[:, 0] == 3, 1.0, -1.0)
    return {
        "species": species,
        "former": former,
        "coords": coords,
        "cell": cell,
        "displacements": np.zeros((number, 20, 3), "f4"),
        "strain": (STRETCH * sign[:, None, None] * np.eye(3)).astype("f4"),
    }


@pytest.mark.training
def test_it_learns_from_what_stood_there_before(tmp_path: Path) -> None:
    held_back = pairs(32, seed=1)
    model, history = fit_refiner(
        pairs(64), held_back, Denoiser(**SMALL), SETTINGS, tmp_path, seed=1
    )
    assert list(history) == ["epoch", "loss", "val_loss", "val_exchange_loss"]
    assert history["val_loss"].iloc[-1] < 0.1 * history["val_exchange_loss"].iloc[-1]
    assert history["val_exchange_loss"].nunique() == 1
    at_rest = refine(model, held_back)
    stretched = at_rest["cell"][:, 0] / held_back["cell"][:, 0] - 1
    np.testing.assert_allclose(stretched, held_back["strain"][:, 0, 0], atol=0.01)


@pytest.mark.training
def test_without_a_validation_part_it_goes_on(tmp_path: Path) -> None:
    settings = SETTINGS.model_copy(update={"steps": 2, "steps_per_epoch": 2})
    _, history = fit_refiner(pairs(16), pairs(0), Denoiser(**SMALL), settings, tmp_path, seed=1)
    assert list(history) == ["epoch", "loss"]


def test_no_pair_is_one_clear_line(tmp_path: Path) -> None:
    none: Any = pairs(0)
    with pytest.raises(InputError, match="no two phases of the part 'train' are of one structure"):
        fit_refiner(none, none, Denoiser(**SMALL), SETTINGS, tmp_path, seed=1)
