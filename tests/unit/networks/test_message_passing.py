"""Parts of the networks over atoms against numbers that can be worked out."""

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from builders.structures import ODD
from ccdcgan.crystals.arrays import select
from ccdcgan.crystals.table import Crystals
from ccdcgan.networks.message_passing import (
    NEAREST,
    REACH,
    VECTORS,
    Axes,
    MeanOfAtoms,
    Neighbours,
    RadialBasis,
    pass_messages,
)

COPPER = Structure.from_spacegroup("Fm-3m", Lattice.cubic(3.6), ["Cu"], [[0] * 3])


def arrays(*structures: Structure) -> dict[str, np.ndarray]:
    table = Crystals.of_structures({str(n): one for n, one in enumerate(structures)})
    return select(table.arrays(), np.arange(len(structures)))


def neighbours(given: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    vectors, rows = Neighbours()(given["species"], given["coords"], Axes()(given["cell"]))
    return np.asarray(vectors), np.asarray(rows)


def test_axes_hold_what_the_triangle_holds() -> None:
    found = np.asarray(Axes()(arrays(ODD)["cell"]))
    assert found.shape == (1, 3, 3)
    np.testing.assert_allclose(Lattice(found[0]).abc, ODD.lattice.abc, rtol=1e-5)
    np.testing.assert_allclose(Lattice(found[0]).angles, ODD.lattice.angles, rtol=1e-5)


def test_the_nearest_neighbours_of_copper_are_twelve() -> None:
    vectors, rows = neighbours(arrays(COPPER))
    assert vectors.shape == (1, 4, NEAREST, 3) and rows.shape == (1, 4, NEAREST)
    lengths = np.sort(np.linalg.norm(vectors[0], axis=-1), axis=-1)
    np.testing.assert_allclose(lengths[:, :12], 3.6 / np.sqrt(2), rtol=1e-5)
    np.testing.assert_allclose(lengths[:, 12:], 3.6, rtol=1e-5)


def test_neighbours_are_atoms_of_the_same_crystal() -> None:
    given = arrays(ODD, COPPER)
    vectors, rows = neighbours(given)
    width = given["species"].shape[1]
    atoms = given["species"].reshape(-1)[rows]
    assert set(atoms[0, :2].ravel()) == {3, 48} and set(atoms[1].ravel()) == {29}
    assert (rows[0] < width).all() and (rows[1] >= width).all()
    alone, _ = neighbours(arrays(ODD))
    np.testing.assert_allclose(vectors[0, :2], alone[0, :2], atol=1e-5)


def test_the_basis_fades_out_and_peaks_at_the_distance() -> None:
    vectors = np.zeros((1, 1, 3, 3), "f4")
    vectors[0, 0, :, 0] = 2.0, REACH, 2 * REACH
    unit, radial, weight = (np.asarray(values)[0, 0] for values in RadialBasis()(vectors))
    np.testing.assert_allclose(unit[:, 0], 1, atol=1e-5)
    np.testing.assert_allclose(
        weight[:, 0], [0.5 * (1 + np.cos(2 * np.pi / REACH)), 0, 0], atol=1e-5
    )
    centres = np.linspace(0.3, REACH, radial.shape[1])
    assert abs(centres[radial[0].argmax()] - 2.0) < centres[1] - centres[0]
    assert radial[2].max() < 1e-6


def test_the_mean_is_of_atoms_that_are_there() -> None:
    atoms = np.arange(12, dtype="f4").reshape(2, 3, 2)
    species = np.array([[3, 11, 0], [0, 0, 0]])
    found = np.asarray(MeanOfAtoms()(atoms, species))
    np.testing.assert_allclose(found, [[1, 2], [0, 0]])


@pytest.mark.parametrize("blocks", [0, 1])
def test_vector_features_come_of_messages(blocks: int) -> None:
    given = arrays(ODD)
    atoms = np.random.default_rng(0).standard_normal((1, 4, 8)).astype("f4")
    axes = Axes()(given["cell"])
    found, vectors, *_ = pass_messages(atoms, given["species"], given["coords"], axes, blocks)
    assert np.asarray(vectors).shape == (1, 4, 3 * VECTORS)
    assert np.asarray(vectors).any() == (blocks > 0)
    assert np.allclose(np.asarray(found), atoms) == (blocks == 0)
