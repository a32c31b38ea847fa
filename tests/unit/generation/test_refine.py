"""Crystals with exchanged elements are moved as the refiner says, each by itself."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from pymatgen.core import Lattice, Structure

from builders.gan import arrays_of
from builders.templates import PEROVSKITE, crystal
from ccdcgan.generation.refine import refine
from ccdcgan.networks.refiner import DISPLACEMENT, STRAIN, Refiner

SIZES = (5, 3, 6, 4)


def without_symmetry(atoms: int) -> Structure:
    random = np.random.default_rng(atoms)
    lattice = Lattice.from_parameters(7, 8, 9, 80, 95, 105)
    return Structure(
        lattice, ["Co", "Hf", "O", "Li", "Cd", "Se"][:atoms], random.random((atoms, 3))
    )


class Told(Refiner):
    """Moves the first atom along an axis and strains each cell by its number of atoms."""

    def predict_on_batch(self, x: Mapping[str, Any]) -> Any:
        atoms = (x["species"] > 0).sum(axis=1)
        moved = np.zeros((*x["species"].shape, 3), "f4")
        moved[:, 0, 2] = x["former"][:, 0]
        return moved, atoms[:, None, None] * np.eye(3, dtype="f4")


def crystals() -> dict[str, np.ndarray]:
    parts = [arrays_of(without_symmetry(atoms)) for atoms in SIZES]
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


def test_a_cubic_crystal_stays_cubic() -> None:
    class Skewed(Told):
        def predict_on_batch(self, x: Mapping[str, Any]) -> Any:
            moved, strain = super().predict_on_batch(x)
            strain[:, 0, 0] += 3.0
            return moved, strain

    before = arrays_of(crystal(PEROVSKITE, "Ba", "Ti", "O", edge=4.01))
    before["former"] = before["species"]
    after = refine(Skewed(width=16, blocks=1), before)
    expected = before["cell"] * (1 + STRAIN * (5 + 1))
    np.testing.assert_allclose(after["cell"], expected, atol=1e-5)
    moved = (after["coords"] - before["coords"]).astype(float)
    assert np.abs(moved - np.round(moved)).max() < 1e-6
