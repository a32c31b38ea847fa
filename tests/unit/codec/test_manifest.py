"""A row a graph, with the crystal where it is valid."""

import pytest

from builders.structures import NACL, ODD
from ccdcgan.codec.manifest import VALID, Decoded, to_manifest
from ccdcgan.core.errors import InputError
from ccdcgan.crystals.table import Crystals, shortest_distance
from ccdcgan.generation.compositions import graph_numbers

DECODED = [
    Decoded(VALID, ["Na", "Cl"], NACL),
    Decoded("atoms too close", ["Li", "Cd"], ODD),
    Decoded("no element", []),
]


def test_every_graph_keeps_its_row(tmp_path) -> None:
    made = to_manifest("dcgan", ["a", "b", "c"], DECODED)
    made.write(tmp_path / "shard.parquet", {})
    for manifest in (made, Crystals.read(tmp_path / "shard.parquet")):
        assert list(manifest) == ["a", "b", "c"]
        assert list(manifest["elements"]) == ["Cl-Na", "Cd-Li", ""]
        assert list(manifest["chemical_system"]) == ["Cl-Na", "Cd-Li", ""]
        # What is known of a crystal with a fault stands there, the crystal does not.
        assert list(manifest["formula"]) == ["NaCl", "LiCd", None]
        assert manifest["num_sites"].tolist()[:2] == [2, 2]
        assert manifest["min_distance"][1] == pytest.approx(shortest_distance(ODD))
        assert manifest["volume_per_atom"][0] == pytest.approx(NACL.volume / 2)
        assert manifest["space_group"][0] == 225 and manifest["space_group"].isna()[1]
        assert list(manifest.structures()) == ["a"]


def test_a_shard_without_a_valid_crystal_can_be_read(tmp_path) -> None:
    to_manifest("dcgan", ["a"], DECODED[2:]).write(tmp_path / "one.parquet", {})
    to_manifest("dcgan", ["b"], DECODED[:1]).write(tmp_path / "two.parquet", {})
    both = Crystals.read_all([tmp_path / "one.parquet", tmp_path / "two.parquet"])
    assert list(both) == ["a", "b"] and list(both.structures()) == ["b"]


def test_shards_share_the_graphs_between_them() -> None:
    parts = [graph_numbers(7, shard, 3).tolist() for shard in range(3)]
    assert parts == [[0, 1, 2], [3, 4], [5, 6]]
    with pytest.raises(InputError, match=r"2 graphs are fewer than generate\.shards \(3\)"):
        graph_numbers(2, 2, 3)
