"""Crystals made without a network: of the compositions asked for, whatever the shards."""

import numpy as np
import pandas as pd
import pytest
from pymatgen.core import Element, Lattice, Structure

from builders.settings import SECTIONS, changed
from ccdcgan.core.errors import InputError
from ccdcgan.crystals.compositions import Compositions, count_atoms
from ccdcgan.crystals.table import Crystals, space_group
from ccdcgan.crystals.volumes import atomic_volumes
from ccdcgan.generation.baselines import (
    MAKERS,
    baseline_shard,
    exchange_probabilities,
    make_shard,
)

B2 = Structure(Lattice.cubic(3.3), ["Cd", "Li"], [[0, 0, 0], [0.5, 0.5, 0.5]])
COHF = Structure(Lattice.cubic(3.15), ["Co", "Hf"], [[0, 0, 0], [0.5, 0.5, 0.5]])
L12 = Structure.from_spacegroup(
    "Pm-3m", Lattice.cubic(4.3), ["Cd", "Li"], [[0, 0, 0], [0, 0.5, 0.5]]
)
SETTINGS = {"graphs": 8, "min_distance": 0.5, "seed": 5}


def train(*crystals: Structure) -> Crystals:
    made = Crystals.of_structures({str(n): crystal for n, crystal in enumerate(crystals)})
    return made.assign(split="train", kind="phase")


TRAIN = train(B2, COHF, L12)


def batch(variant: str, number: int = 0, batches: int = 1, **settings) -> Crystals:
    asked = Compositions.of_training(TRAIN["species"])
    return baseline_shard(
        MAKERS[variant](TRAIN),
        asked,
        variant=variant,
        shard=number,
        shards=batches,
        **(SETTINGS | settings),
    )


@pytest.mark.parametrize("variant", list(MAKERS))
def test_crystals_do_not_depend_on_the_batches(variant: str) -> None:
    whole = batch(variant)
    parts = [batch(variant, number, 3) for number in range(3)]
    pd.testing.assert_frame_equal(Crystals.join(parts).table, whole.table)
    assert list(whole) == [f"{variant}-{n:06d}" for n in range(8)]
    for part in parts:
        for name, crystal in part.items():
            expected = whole.structure(name).frac_coords
            np.testing.assert_array_equal(crystal.frac_coords, expected)
    other = batch(variant, seed=6)
    assert not other["volume_per_atom"].equals(whole["volume_per_atom"])


def test_both_baselines_are_asked_for_the_same_compositions() -> None:
    assert list(batch("random")["elements"]) == list(batch("exchange")["elements"])


def test_random_crystals_have_composition_and_volume_asked_for() -> None:
    counts = np.zeros((1, 100), dtype=int)
    counts[0, [Element("Cd").Z, Element("Li").Z]] = 1, 3
    crystals = baseline_shard(
        MAKERS["random"](TRAIN),
        Compositions.even(counts),
        variant="random",
        shard=0,
        shards=1,
        **SETTINGS,
    )
    cells = np.array([crystal.volume for crystal in (B2, COHF, L12)])
    volumes = atomic_volumes(count_atoms(TRAIN["species"]), cells)
    expected = volumes[Element("Cd").Z] / 4 + volumes[Element("Li").Z] * 3 / 4
    made = crystals.with_structure()
    assert len(made) >= 6
    assert {c.composition.reduced_formula for _, c in made.items()} == {"Li3Cd"}
    assert list(made["status"]) == ["valid"] * len(made)
    np.testing.assert_allclose(made["volume_per_atom"], expected, rtol=1e-6)
    assert (made["space_group"] > 1).any()


def test_exchange_keeps_the_structure_and_scales_it() -> None:
    counts = np.zeros((1, 100), dtype=int)
    counts[0, [Element("Ni").Z, Element("Zr").Z]] = 1, 1
    manifest = baseline_shard(
        MAKERS["exchange"](TRAIN),
        Compositions.even(counts),
        variant="exchange",
        shard=0,
        shards=1,
        **SETTINGS,
    )
    assert set(manifest["formula"]) == {"ZrNi"}
    assert set(manifest["space_group"]) == {221}
    # Slater radii: Co and Ni 1.35, Hf and Zr 1.55 Å, so that CoHf keeps its volume.
    assert np.isclose(manifest["volume_per_atom"], COHF.volume / 2).any()


def test_two_elements_change_places() -> None:
    counts = np.zeros((1, 100), dtype=int)
    counts[0, [Element("Cd").Z, Element("Li").Z]] = 3, 1
    asked = Compositions.even(counts)
    maker = MAKERS["exchange"](TRAIN)
    options = SETTINGS | {"graphs": 1}
    made = baseline_shard(maker, asked, variant="exchange", shard=0, shards=1, **options)
    ((_, crystal),) = made.items()
    assert crystal.composition.as_dict() == {"Cd": 3, "Li": 1}
    assert space_group(crystal) == 221
    # Radii 1.55 and 1.45 Å: the volume goes with the cube of the sum of r·n^(1/3).
    ratio = (1.55 * 3 ** (1 / 3) + 1.45) / (1.55 + 1.45 * 3 ** (1 / 3))
    assert crystal.volume == pytest.approx(L12.volume * ratio**3)


def test_exchange_never_takes_a_structure_of_the_composition_asked_for() -> None:
    manifest = batch("exchange", graphs=30)
    crystals = manifest.structures()
    assert set(manifest["formula"].dropna()) == {
        crystal.composition.reduced_formula for crystal in (B2, COHF)
    }
    # CdLi3 has no other structure of one and three atoms.
    lost = manifest.where(manifest["status"] != "valid")
    assert set(lost["status"]) == {"no training structure to exchange elements in"}
    assert len(lost) + len(crystals) == 30 and len(lost)
    for name, elements in zip(manifest["id"], manifest["elements"], strict=True):
        if name in crystals:
            assert crystals[name].composition.chemical_system == elements


def test_like_elements_are_exchanged_more_often() -> None:
    found = exchange_probabilities()
    barium, strontium, titanium = (Element(symbol).Z for symbol in ("Ba", "Sr", "Ti"))
    np.testing.assert_allclose(found, found.T)
    assert found[barium, strontium] > 10 * found[barium, titanium] > 0
    assert (found > 0).all()


def test_impossible_compositions_are_rows() -> None:
    manifest = batch("random", min_distance=50.0)
    assert set(manifest["status"]) == {"atoms too close"} and not manifest.structures()
    assert manifest["volume_per_atom"].notna().all()


def test_nothing_to_learn_from_is_one_clear_line() -> None:
    with pytest.raises(InputError, match="no structure in the part 'train'"):
        Compositions.of_training(TRAIN["species"].head(0))
    with pytest.raises(InputError, match=r"2 graphs are fewer than generate\.shards \(3\)"):
        batch("exchange", 2, 3, graphs=2)


def test_a_baseline_learns_from_the_phases_of_the_training_part() -> None:
    held_out = Crystals.of_structures({"test": L12}).assign(split="test", kind="phase")
    copy = Crystals.of_structures({"copy": COHF}).assign(split="train", kind="copy")
    data = Crystals.join([train(B2), held_out, copy])
    generate = changed(SECTIONS.generate, graphs=4, shards=1)
    made = make_shard("exchange", data, generate, shard=0, min_distance=0.5, seed=5)
    # Compositions are of copies too; of the structures only B2 is left to exchange elements in.
    assert set(made["elements"]) <= {"Cd-Li", "Co-Hf"}
    assert all(system == "Co-Hf" for system in made.with_structure()["elements"])
