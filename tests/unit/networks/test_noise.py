"""Noise that displacements and strain take back."""

import numpy as np
from pymatgen.analysis.structure_matcher import StructureMatcher
from pymatgen.core import Structure

from builders.gan import CRYSTAL, arrays_of, turned
from ccdcgan.crystals.arrays import select
from ccdcgan.networks.denoiser import STRAIN
from ccdcgan.networks.noise import add_noise


def test_displacements_and_strain_take_the_noise_back() -> None:
    whole = select(arrays_of(CRYSTAL, turned(CRYSTAL)), np.arange(2))
    noisy = add_noise(whole, np.full(2, 0.1), np.random.default_rng(0))
    level = noisy["level"][:, None, None]
    axes = noisy["axes"] @ (np.eye(3) + noisy["strain"] * STRAIN * level)
    back = noisy["coords"] + noisy["displacements"] * level @ np.linalg.inv(noisy["axes"])
    for crystal, matrix, coords in zip((CRYSTAL, turned(CRYSTAL)), axes, back, strict=True):
        order = np.argsort(crystal.atomic_numbers, kind="stable")
        found = Structure(matrix, [crystal[i].specie for i in order], coords)
        assert StructureMatcher(ltol=0.02, stol=0.01, angle_tol=1).fit(found, crystal)
