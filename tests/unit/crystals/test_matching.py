"""The same crystal or another: catalogue, displacements, space groups."""

import numpy as np
import pytest

from builders.screening import B2, ROCKSALT
from ccdcgan.crystals.matching import Catalogue, displacement, matched_rmsd
from ccdcgan.crystals.table import space_group


def test_the_closest_of_several_equal_phases_is_named() -> None:
    far, near = B2.copy(), B2.copy()
    far.translate_sites([1], [0.08, 0.05, 0])
    near.translate_sites([1], [0.01, 0, 0])
    catalogue = Catalogue()
    catalogue.add("far", far)
    catalogue.add("near", near)
    assert catalogue.first_match(B2) == "far"
    assert catalogue.closest_match(B2) == "near"
    assert catalogue.all_matches(B2) == ["far", "near"]
    assert catalogue.all_matches(ROCKSALT) == []


def test_displacements_leave_out_drift_and_cell() -> None:
    moved = B2.copy()
    moved.translate_sites([0, 1], [0.9, 0, 0])
    moved.scale_lattice(B2.volume * 1.1)
    assert displacement(B2, moved) == pytest.approx(0, abs=1e-12)
    assert matched_rmsd(B2, moved) == pytest.approx(0, abs=1e-6)
    shifted = B2.copy()
    shifted.translate_sites([1], [0.1 / 3.3, 0, 0])  # 0.1 Å apart: 0.05 Å each from the mean
    assert displacement(B2, shifted) == pytest.approx(0.05)
    assert matched_rmsd(B2, shifted) == pytest.approx(0.05, abs=1e-3)
    assert np.isnan(matched_rmsd(B2, ROCKSALT * (1, 1, 2)))
    assert space_group(B2) == 221
