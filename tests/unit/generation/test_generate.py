"""Shards of graphs: the same whatever their number; and crystals of given compositions."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from builders import gan
from builders.paper_gan import LATTICE, LAYOUTS, NOISE, SITES, networks
from builders.settings import SECTIONS, changed
from ccdcgan.codec.decode import decode_shard
from ccdcgan.core.shards import read_shard
from ccdcgan.crystals.compositions import Compositions
from ccdcgan.generation.generate import generate_shard, make_crystals, mask_absent_elements
from ccdcgan.networks.constraint import Constraint
from ccdcgan.networks.files import load_model, save_model
from ccdcgan.networks.paper import PaperGenerator
from ccdcgan.networks.predict import predict
from ccdcgan.networks.registry import GENERATORS
from ccdcgan.networks.tiles import TilesGenerator
from ccdcgan.representation.graph_layout import lay_out, present_elements, tiles_of
from ccdcgan.training.constraint_loss import ConstraintTerm

SMALL = {"width": 2, "blocks": 5}
GENERATE = changed(SECTIONS.generate, graphs=6, shards=2, present=0.5)


def small_generator(layout: str = "tiles") -> PaperGenerator:
    return PaperGenerator(
        noise=NOISE, layout=layout, lattice=LATTICE, sites=SITES, norm=2.0, **SMALL
    )


@LAYOUTS
def test_elements_below_the_threshold_are_not_mask_absent_elements(layout: str) -> None:
    generator = small_generator(layout)  # half of its norm of 2 is 1
    tiles = np.full((1, 100, 256), 0.01, "f4")
    norms = {27: 1.1, 48: 0.9, 72: 1.5}
    for number, norm in norms.items():
        tiles[0, number, :SITES] = norm / np.sqrt(SITES)
    graphs = lay_out(tiles, layout)
    kept = tiles_of(mask_absent_elements(generator, graphs, 0.5), layout)[0]
    assert present_elements(kept) == [27, 72]
    np.testing.assert_array_equal(kept[27, :SITES], tiles[0, 27, :SITES])
    assert not kept[0, LATTICE:].any() and not kept[1:, SITES:].any() and kept[0, :LATTICE].all()
    assert present_elements(tiles_of(mask_absent_elements(generator, graphs, 0.7), layout)[0]) == [
        72
    ]
    asked = np.zeros((1, 99), bool)
    asked[0, [2, 47]] = True  # Li and Cd, whatever their norms
    assert present_elements(
        tiles_of(mask_absent_elements(generator, graphs, 0.5, asked), layout)[0]
    ) == [3, 48]


@LAYOUTS
def test_batches_hold_the_same_graphs_and_are_decoded(tmp_path: Path, layout: str) -> None:
    save_model(small_generator(layout), tmp_path / "generator.keras")
    generator = load_model(tmp_path / "generator.keras", GENERATORS["paper"])
    constraint = Constraint(name="energy", kind="paper", mean=0.0, spread=1.0, width=2, blocks=4)
    counts = np.zeros((1, 100), "i8")
    counts[0, [27, 72]] = 1
    given = Compositions.even(counts)

    def batch(number: int, **changes: Any) -> dict[str, np.ndarray]:
        path = tmp_path / f"batch-{number}.h5"
        settings = changed(GENERATE, **changes)
        generate_shard(
            path, generator, None, [constraint], given, settings,
            variant="dcgan", shard=number, seed=1, notes={},
        )  # fmt: skip
        with read_shard(path, "crystal graphs") as file:
            assert file.attrs["layout"] == layout
            return {name: file[name][:] for name in ("graphs", "counts", "property/energy")}

    asked = {"systems": ["Co-Hf"]}
    parts = [batch(number, **asked) for number in (0, 1)]
    whole = batch(0, shards=1, **asked)
    np.testing.assert_allclose(
        np.concatenate([part["graphs"] for part in parts]), whole["graphs"], atol=1e-5
    )
    assert whole["graphs"].shape == (6, 160, 160) and whole["property/energy"].shape == (6,)
    assert not whole["counts"].any() and whole["counts"].shape == (6, 100)
    assert {tuple(present_elements(one)) for one in tiles_of(whole["graphs"], layout)} == {(27, 72)}
    manifest = decode_shard(
        tmp_path / "batch-0.h5", networks(), "dcgan", threshold=0.3, min_distance=0.5
    )
    assert manifest["elements"].tolist() == ["Co-Hf"] * 6
    batch(0, present=1e3)  # no element reaches it
    manifest = decode_shard(
        tmp_path / "batch-0.h5", networks(), "dcgan", threshold=0.3, min_distance=0.5
    )
    assert set(manifest["elements"]) == {""} and not manifest.structures()


def test_the_elements_of_a_drawn_composition_are_those_of_the_tiles(tmp_path: Path) -> None:
    shape = {"width": 8, "blocks": 1, "rounds": 2}
    generator = TilesGenerator(noise=NOISE, lattice=LATTICE, sites=SITES, **shape)
    constraint = Constraint(name="energy", kind="tiles", mean=0.0, spread=1.0, width=2, blocks=1)
    counts = np.zeros((2, 100), "i8")
    counts[0, [27, 72]] = 3, 2
    counts[1, 8] = 7

    def write(path: Path, constraints: list[Constraint], number: int = 0, shards: int = 1) -> None:
        generate_shard(
            path, generator, None, constraints, Compositions.even(counts),
            changed(GENERATE, shards=shards), variant="dcgan", shard=number, seed=1, notes={},
        )  # fmt: skip

    def batch(number: int, shards: int) -> dict[str, np.ndarray]:
        path = tmp_path / f"batch-{number}.h5"
        write(path, [constraint], number, shards)
        with read_shard(path, "crystal graphs") as file:
            assert file.attrs["layout"] == "tiles"
            return {name: file[name][:] for name in ("graphs", "counts", "property/energy")}

    parts, whole = [batch(number, 2) for number in (0, 1)], batch(0, 1)
    for name in whole:
        joined = np.concatenate([part[name] for part in parts])
        np.testing.assert_allclose(joined, whole[name], atol=1e-5)
    found = [tuple(present_elements(one)) for one in tiles_of(whole["graphs"])]
    assert set(found) == {(27, 72), (8,)} and not whole["counts"].any()
    usual = max(found, key=found.count)
    same = [one for one, elements in zip(whole["graphs"], found, strict=True) if elements == usual]
    assert np.abs(same[0] - same[1]).max() > 1e-3  # by their noise
    write(tmp_path / "unread.h5", [])  # where no constraint reads what the generator writes
    manifest = decode_shard(
        tmp_path / "unread.h5", networks(), "dcgan", threshold=0.3, min_distance=0.5
    )
    assert len(manifest) == 6 and not [name for name in manifest.table if "predicted" in name]


def test_crystals_have_the_composition_that_is_asked_for_whatever_they_are_made_with() -> None:
    counts = np.zeros((2, 100), "i8")
    counts[0, [27, 72]] = 3, 2
    counts[1, 8] = 7

    def made(rows: list[int]) -> dict[str, np.ndarray]:
        random = [np.random.default_rng([1, row]) for row in rows]
        return make_crystals(gan.small_generator(), None, counts[rows], random, GENERATE)

    both, last = made([0, 1]), made([1])
    for species, asked in zip(both["species"], counts, strict=True):
        np.testing.assert_array_equal(np.bincount(species, minlength=100)[1:], asked[1:])
    assert [present_elements(one) for one in tiles_of(both["graphs"], "tiles")] == [[27, 72], [8]]
    assert both["species"][1].tolist() == last["species"][0].tolist()
    assert np.ptp(both["coords"][0, :5], axis=0).min() > 0


@pytest.mark.parametrize("kind", ["atoms", "tiles"])
def test_of_several_tries_the_constraints_take_the_best(kind: str) -> None:
    counts = np.zeros((2, 100), "i8")
    counts[:, [27, 72]] = [[3, 2], [2, 2]]
    keras.utils.set_random_seed(0)
    network = Constraint(name="energy", kind=kind, mean=0.0, spread=1.0, **gan.SMALL)
    for weight in network.weights:
        weight.assign(np.random.default_rng(1).normal(0.0, 0.2, weight.shape))
    judges = [ConstraintTerm(network, 1.0, "minimise")]
    generator, settings = gan.small_generator(), changed(GENERATE, tries=4)

    def made(random: list[np.random.Generator], judged: bool, asked: np.ndarray) -> Any:
        told = (generator, None, asked, random, settings)
        return make_crystals(*told, judges=judges if judged else ())

    best = made([np.random.default_rng(row) for row in range(2)], True, counts)
    assert best["species"].shape[0] == len(best["graphs"]) == 2
    for row in range(2):
        random = np.random.default_rng(row).spawn(4)
        each = made(random, False, counts[row : row + 1].repeat(4, axis=0))
        found = predict(network, each)
        assert np.ptp(found) > 1e-6
        np.testing.assert_allclose(predict(network, best)[row], found.min(), atol=1e-4)
        for name in ("coords", "graphs"):
            np.testing.assert_allclose(best[name][row], each[name][found.argmin()], atol=1e-4)
