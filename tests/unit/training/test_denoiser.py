"""Training of the denoiser: on phases alone, measured on those of the validation part."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from builders.gan import crystals_of, graph_table
from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.denoiser import DenoiserSettings
from ccdcgan.training.denoiser import LEVELS, fit_denoiser


@pytest.mark.training
def test_all_levels_are_measured_and_the_losses_fall(trained_denoiser: Any) -> None:
    _, history = trained_denoiser
    assert list(history) == ["epoch", "loss", *(f"val_{level}_loss" for level in LEVELS)]
    assert history["epoch"].tolist() == [1, 2, 3]
    assert history["loss"].is_monotonic_decreasing
    assert np.isfinite(history.to_numpy()).all()


def test_copies_are_no_crystals_to_learn_from(tmp_path: Path) -> None:
    settings = DenoiserSettings(
        width=16, blocks=1, steps=1, steps_per_epoch=1, batch=8, learning_rate=1e-3, average=0.9
    )
    structures = crystals_of(graph_table(8))
    for refused in (
        structures.assign(kind="copy"),
        structures.where(structures["split"] != "train"),
    ):
        with pytest.raises(InputError, match="no phase in the part 'train': enlarge the data"):
            fit_denoiser(refused, settings, tmp_path, seed=1)
