"""Shards of graphs by the paper's generator: the same whatever their number."""

from pathlib import Path
from typing import Any

import numpy as np

from builders.paper_gan import LATTICE, LAYOUTS, NOISE, SITES, networks
from builders.settings import SECTIONS, changed
from ccdcgan.codec.decode import decode_shard
from ccdcgan.core.shards import read_shard
from ccdcgan.crystals.compositions import Compositions
from ccdcgan.generation.generate import generate_shard, mask_absent_elements
from ccdcgan.networks.constraint import Constraint
from ccdcgan.networks.files import load_model, save_model
from ccdcgan.networks.paper import PaperGenerator
from ccdcgan.networks.registry import GENERATORS
from ccdcgan.representation.graph_layout import lay_out, present_elements, tiles_of

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
