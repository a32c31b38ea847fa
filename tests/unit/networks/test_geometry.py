"""Distances and volumes against those of crystals that are known."""

import numpy as np
import pytest
from pymatgen.core import Structure

from builders.structures import BCC, NACL, ODD
from ccdcgan.crystals.arrays import select
from ccdcgan.crystals.table import Crystals, shortest_distance
from ccdcgan.networks.geometry import geometry_loss, shortest_distances, training_geometry
from ccdcgan.representation.graph_layout import TILES


def arrays(*structures: Structure) -> dict[str, np.ndarray]:
    table = Crystals.of_structures({str(n): one for n, one in enumerate(structures)})
    return select(table.arrays(), np.arange(len(structures)))


@pytest.mark.parametrize("crystal", [BCC, NACL, ODD], ids=["bcc", "salt", "odd"])
def test_distances_are_those_to_the_nearest_images(crystal: Structure) -> None:
    given = arrays(crystal)
    found = np.asarray(shortest_distances(given["coords"], given["cell"]))[0, :2, :2]
    order = np.argsort(crystal.atomic_numbers, kind="stable")
    between = crystal.get_distance(int(order[0]), int(order[1]))
    assert found[0, 1] == found[1, 0] == pytest.approx(between, abs=1e-3)
    edge = min(crystal.lattice.get_lll_reduced_lattice().abc)
    np.testing.assert_allclose(np.diag(found), edge, atol=1e-3)
    assert found.min() == pytest.approx(shortest_distance(crystal), abs=1e-3)


def test_contacts_and_volumes_are_measured_by_element() -> None:
    reference = training_geometry(arrays(NACL, BCC))
    volumes = reference["volumes"]
    assert volumes.shape == (TILES,)
    assert volumes[3] == pytest.approx(BCC.volume / 2, rel=1e-4)
    assert volumes[11] + volumes[17] == pytest.approx(NACL.volume, rel=1e-4)
    contacts = reference["contacts"].reshape(TILES, TILES)
    assert contacts[11, 17] == contacts[17, 11] == pytest.approx(5.64 / 2, abs=1e-3)
    assert contacts[3, 11] == 0 == contacts[1, 1]


def test_training_crystals_cost_nothing_and_distorted_ones_do() -> None:
    reference = training_geometry(arrays(NACL))
    near = NACL.copy()
    near.translate_sites([1], [0.2, 0.2, 0.2])
    large = NACL.copy().scale_lattice(1.5 * NACL.volume)
    larger = NACL.copy().scale_lattice(2.0 * NACL.volume)
    given = arrays(NACL, near, large, larger)
    loss = np.asarray(geometry_loss(given["coords"], given["cell"], given["species"], reference))
    assert loss[0] == pytest.approx(0, abs=1e-3)
    assert loss[1] > 0.1 and 0.1 < loss[2] < loss[3]
