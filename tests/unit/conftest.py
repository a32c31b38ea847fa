"""Fixtures that several stages share: a seed, a network, potentials, energies of elements.

They import what they need themselves, so that tests of plain tables wait for no network.
"""

import random
import sys
from typing import Any

import numpy as np
import pytest


@pytest.fixture(autouse=True)
def seeded() -> None:
    """Start every test from the same random state, whichever ran before it."""
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002 (the state that libraries draw from)
    if "keras" in sys.modules:
        sys.modules["keras"].utils.set_random_seed(0)


@pytest.fixture(scope="module")
def site_network() -> Any:
    """Return an untrained network: its encoder tells images apart, its decoder knows nothing."""
    import keras

    from builders.autoencoders import SITE_VOXELS, SIZES
    from ccdcgan.networks.autoencoder import Autoencoder

    keras.utils.set_random_seed(0)
    return Autoencoder(kind="sites", **SITE_VOXELS, **SIZES)


@pytest.fixture(scope="session")
def trained_denoiser(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Return a denoiser and its history; tests that share it are of one group of workers."""
    from builders.gan import SMALL, crystals_of, graph_table
    from ccdcgan.core.settings.denoiser import DenoiserSettings
    from ccdcgan.training.denoiser import fit_denoiser

    settings = DenoiserSettings(
        **SMALL, steps=150, steps_per_epoch=50, batch=16, learning_rate=1e-2, average=0.9
    )
    folder = tmp_path_factory.mktemp("denoiser")
    return fit_denoiser(crystals_of(graph_table()), settings, folder, seed=1)


@pytest.fixture(scope="session", params=["chgnet", "7net-0"])
def calculator(request: pytest.FixtureRequest) -> Any:
    """Return a real potential, loaded once for all."""
    from builders.settings import SECTIONS, changed
    from ccdcgan.crystals.potential import load_calculator

    return load_calculator(changed(SECTIONS.potential, name=request.param))


@pytest.fixture(scope="session")
def emt_energies() -> dict[str, float]:
    """Return the energies of gold and copper (eV/atom) by the effective-medium potential."""
    from builders.relaxations import emt_energy

    return {symbol: emt_energy(symbol) for symbol in ("Au", "Cu")}
