"""Which crystals the benchmark gets."""

from pathlib import Path

import pytest

from builders.structures import NACL, SILICON
from ccdcgan.codec.manifest import VALID, Decoded, to_manifest
from ccdcgan.core.errors import InputError
from ccdcgan.crystals.table import Crystals
from ccdcgan.evaluation.benchmark_sample import draw, read_draw


def manifest(**crystals: object) -> Crystals:
    """Manifests of graphs by number (`g3`): a crystal, or why there is none."""
    decoded = [
        Decoded(one, ["Si"]) if isinstance(one, str) else Decoded(VALID, ["Si"], one)
        for one in crystals.values()
    ]
    names = [f"ccdcgan-{int(name[1:]):06d}" for name in crystals]
    return to_manifest("ccdcgan", names, decoded)


# Of two shards, whose numbers alternate; the third graph's crystal is no valid one.
DECODED = manifest(
    g0=SILICON, g2="no atom", g4=NACL, g6=SILICON, g1=NACL, g3="atoms too close", g5="no atom"
)


def test_the_first_graphs_are_drawn_whatever_their_crystals_are() -> None:
    found = draw(DECODED, 3)
    assert list(found.crystals) == ["ccdcgan-000000", "ccdcgan-000001", "ccdcgan-000004"]
    assert found.graphs == 5
    assert found.without == {"atoms too close": 1, "no atom": 1}
    assert draw(DECODED, 2).graphs == 2 and draw(DECODED, 2).without == {}
    assert draw(DECODED, 4).graphs == 7 and draw(DECODED, 4).without["no atom"] == 2


def test_too_few_crystals_are_one_line() -> None:
    with pytest.raises(InputError, match=r"7 graphs gave 4 crystals, .* 5: raise generate\.graphs"):
        draw(DECODED, 5)


def test_a_draw_is_read_as_it_was_written(tmp_path: Path) -> None:
    drawn = draw(DECODED, 3)
    drawn.crystals.write(tmp_path / "crystals.parquet", {**drawn.notes(), "seed": 1})
    found = read_draw(tmp_path / "crystals.parquet")
    assert list(found.crystals) == list(drawn.crystals)
    assert found.notes() == drawn.notes()


def test_crystals_of_another_file_are_one_line(tmp_path: Path) -> None:
    DECODED.write(tmp_path / "other.parquet", {})
    with pytest.raises(InputError, match=r"other\.parquet: does not say how many graphs"):
        read_draw(tmp_path / "other.parquet")
