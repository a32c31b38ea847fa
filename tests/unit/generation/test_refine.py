"""Crystals with exchanged elements are moved as the refiner says, each by itself."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from builders.gan import arrays_of
from builders.templates import B1, B2, L12, PEROVSKITE, crystal
from ccdcgan.generation.refine import refine
from ccdcgan.networks.refiner import DISPLACEMENT, STRAIN, Refiner

CRYSTALS = (
    crystal(PEROVSKITE, "Ba", "Ti", "O", edge=4.01),
    crystal(B2, "Cs", "Cl", edge=4.12),
    crystal(L12, "Au", "Cu", edge=3.75),
    crystal(B1, "Na", "Cl", edge=5.64),
)


class Told(Refiner):
    """Moves the first atom along an axis and strains each cell by its number of atoms."""

    def predict_on_batch(self, x: Mapping[str, Any]) -> Any:
        atoms = (x["species"] > 0).sum(axis=1)
        moved = np.zeros((*x["species"].shape, 3), "f4")
        moved[:, 0, 2] = x["former"][:, 0]
        return moved, atoms[:, None, None] * np.eye(3, dtype="f4")


def crystals() -> dict[str, np.ndarray]:
    parts = [arrays_of(one) for one in CRYSTALS]
    found = {name: np.concatenate([one[name] for one in parts]) for name in parts[0]}
    former = np.zeros_like(found["species"])
    former[:, 0] = [1, 2, 3, 4]
    return {**found, "former": former}


def test_each_is_moved_and_strained_by_itself() -> None:
    before = crystals()
    after = refine(Told(width=16, blocks=1), before)
    atoms = (before["species"] > 0).sum(axis=1)
    scale = (1 + STRAIN * atoms)[:, None]
    np.testing.assert_allclose(after["cell"], before["cell"] * scale, rtol=1e-5)
    heights = before["cell"][:, 5]
    moved = (after["coords"] - before["coords"]).astype(float)
    moved -= np.round(moved)
    expected = DISPLACEMENT * np.array([1, 2, 3, 4]) / heights
    np.testing.assert_allclose(moved[:, 0, 2], expected, atol=1e-5)
    assert np.abs(moved[:, 1:]).max() < 1e-6
    np.testing.assert_array_equal(after["species"], before["species"])
    np.testing.assert_array_equal(after["former"], before["former"])


def test_a_strain_beyond_all_measure_is_cut() -> None:
    class Wild(Told):
        def predict_on_batch(self, x: Mapping[str, Any]) -> Any:
            moved, strain = super().predict_on_batch(x)
            return moved, strain * 1e4

    before = crystals()
    after = refine(Wild(width=16, blocks=1), before)
    np.testing.assert_allclose(after["cell"], before["cell"] * 1.35, rtol=1e-4)
