"""Which crystals get decks, and their meshes of k-points."""

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure
from pymatgen.symmetry.analyzer import SpacegroupAnalyzer

from builders.decks import CDLI, COHF, LI3CD, hull_table
from ccdcgan.crystals.table import Crystals
from ccdcgan.dft.candidates import mesh, select_candidates

NONE = Crystals.of_structures({})


def test_the_best_distinct_crystals_are_chosen_best_first() -> None:
    shifted = CDLI.copy().translate_sites([0, 1], [0.1, 0.2, 0.3])
    hull = hull_table(
        [
            ("known-1", "known", -0.5),
            ("dcgan-1", "dcgan", 0.2),
            ("ccdcgan-1", "ccdcgan", 0.1),
            ("ccdcgan-2", "ccdcgan", 0.15),
            ("ccdcgan-3", "ccdcgan", np.nan),
            ("ccdcgan-4", "ccdcgan", 0.0),
        ]
    )
    made = {"known-1": CDLI, "dcgan-1": LI3CD, "ccdcgan-1": CDLI, "ccdcgan-2": shifted}
    relaxed = Crystals.of_structures(made | {"ccdcgan-3": COHF})
    generated = Crystals.of_structures({"dcgan-1": COHF})
    chosen = select_candidates(hull, relaxed, generated, count=5)
    # ccdcgan-2 equals ccdcgan-1, ccdcgan-3 has no energy, ccdcgan-4 no structure
    assert [one.id for one in chosen] == ["ccdcgan-1", "dcgan-1"]
    assert [one.space_group for one in chosen] == ["Pm-3m", "Fm-3m"]
    assert chosen[0].generated is None
    assert chosen[1].generated == COHF
    assert chosen[1].formation_energy == pytest.approx(-0.1)
    assert len(select_candidates(hull, relaxed, NONE, count=1)) == 1


def test_a_deck_begins_where_it_is_told_to() -> None:
    rattled = LI3CD.copy().perturb(0.01)
    crystals = Crystals.of_structures({"a": CDLI}), Crystals.of_structures({"a": rattled})
    (one,) = select_candidates(hull_table([("a", "dcgan", 0.0)]), *crystals, count=1)
    assert one.start("relaxed") == one.relaxed
    start = one.start("generated")
    assert start.matches(LI3CD)
    assert SpacegroupAnalyzer(start, symprec=1e-5).get_space_group_symbol() == "Fm-3m"
    (alone,) = select_candidates(hull_table([("a", "dcgan", 0.0)]), crystals[0], NONE, count=1)
    assert alone.start("generated") == alone.relaxed


def test_known_phases_come_last() -> None:
    hull = hull_table([("a", "dcgan", 0.0), ("b", "dcgan", 0.2), ("c", "dcgan", 0.3)])
    hull["matches"] = ["known-1", "", ""]
    relaxed = Crystals.of_structures({"a": CDLI, "b": COHF, "c": LI3CD})
    chosen = select_candidates(hull, relaxed, NONE, count=3)
    assert [one.id for one in chosen] == ["b", "c", "a"]
    assert [one.matches for one in chosen] == ["", "", "known-1"]


def test_a_broken_symmetry_is_restored() -> None:
    rattled = Crystals.of_structures({"a": LI3CD.copy().perturb(0.01)})
    (one,) = select_candidates(hull_table([("a", "dcgan", 0.0)]), rattled, NONE, count=1)
    assert one.space_group == "Fm-3m"
    assert len(one.relaxed) == 4


def test_mesh_is_as_dense_as_asked() -> None:
    structure = Structure(Lattice.orthorhombic(3, 6, 60), ["Cd"], [[0] * 3])
    spacing = 0.3
    points = mesh(structure, spacing)
    assert points == (7, 4, 1)
    gaps = np.array(structure.lattice.reciprocal_lattice.abc) / points
    assert (gaps <= spacing).all()


def test_mesh_has_the_symmetry_of_the_crystal() -> None:
    tetragonal = Lattice.tetragonal(3.1, 8.7)
    body_centred = Structure(tetragonal, ["Hf"] * 2, [[0] * 3, [0.5] * 3]).get_primitive_structure()
    first, second, third = mesh(body_centred, 0.3)
    assert first == second == third  # else half of the rotations are lost
    assert mesh(Structure(tetragonal, ["Hf"], [[0] * 3]), 0.3) == (7, 7, 3)
    hexagonal = Structure(Lattice.hexagonal(3.2, 5.1), ["Mg"] * 2, [[0] * 3, [1 / 3, 2 / 3, 0.5]])
    assert mesh(hexagonal, 0.3) == (8, 8, 5)
