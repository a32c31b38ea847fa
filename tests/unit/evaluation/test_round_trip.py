"""Structures and what their graphs gave back, by what stands in for the decoding."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pymatgen.core import Element, Lattice, Structure

from builders.paper_gan import networks
from builders.settings import SECTIONS
from builders.structures import BCC, NACL, ODD
from ccdcgan.codec.manifest import VALID, Decoded
from ccdcgan.core.shards import write_shard
from ccdcgan.crystals.table import Crystals
from ccdcgan.evaluation import round_trip as module
from ccdcgan.evaluation.round_trip import (
    cell_errors,
    evaluation_sample,
    read_back,
    rms_displacement,
    round_trip,
)
from ccdcgan.representation.graph_layout import GRAPHS

STRUCTURES = {"salt": NACL, "bcc": BCC, "odd": ODD}
CRYSTALS = Crystals.of_structures(STRUCTURES).assign(split="test", space_group=[225, 229, 1])
STRETCHED = Structure(Lattice(1.1 * NACL.lattice.matrix), NACL.species, NACL.frac_coords)


@pytest.fixture
def shard(tmp_path: Path) -> str:
    """Graphs whose first number says which they are, of the structures and of one more."""
    names = [*STRUCTURES, "other"]
    graphs = np.zeros((len(names), 160, 160), "f4")
    graphs[:, 0, 0] = range(len(names))
    with write_shard(tmp_path / "graphs.h5", GRAPHS, {"layout": "rows"}, {}) as file:
        file.array("graphs", (160, 160), "f4")
        file.append("graphs", graphs)
        file.strings("id", names)
    return str(tmp_path / "graphs.h5")


@pytest.fixture
def decoding(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Rock salt comes back stretched, lithium as another element, of `odd` nothing.

    Where the elements are given, lithium is right. The list holds the elements of each call.
    """
    blind = [
        Decoded(VALID, ["Na", "Cl"], STRETCHED),
        Decoded(VALID, ["Na"], Structure(BCC.lattice, ["Na"] * 2, BCC.frac_coords)),
        Decoded("no lattice", ["Cd", "Li"]),
        Decoded(VALID, ["Na", "Cl"], NACL),
    ]
    calls: list[Any] = []

    def decode(graphs: Any, *_: Any, elements: Any = None, layout: str, **__: Any) -> list[Decoded]:
        assert layout == "rows"
        calls.append(elements)
        if elements is None:
            return [blind[int(graph[0, 0])] for graph in graphs]
        return [Decoded(VALID, ["Li"], BCC) for _ in graphs]

    monkeypatch.setattr(module, "decode_graphs", decode)
    return calls


def test_what_came_back_is_said_of_each_structure(shard: str, decoding: list[Any]) -> None:
    found = round_trip([shard], CRYSTALS, networks(), SECTIONS.decode)
    table = found.table.set_index("id")
    assert list(found) == ["salt", "bcc", "odd"]
    assert table["reproduced"].tolist() == [True, False, False]
    assert table["known"].tolist() == [True, True, False]
    assert table["status"].tolist() == [VALID, VALID, "no lattice"]
    assert table["decoded_sites"].tolist() == [2, 2, 0]
    assert table["num_elements"].tolist() == [2, 1, 2]
    assert table.loc["salt", "length_error"] == pytest.approx(0.1)
    assert table.loc["salt", "rms"] == pytest.approx(0, abs=1e-6)
    assert table.loc[["odd"], ["rms", "length_error", "angle_error"]].isna().all(axis=None)
    assert list(found.structures()) == ["salt", "bcc"]


def test_only_graphs_that_name_other_elements_are_decoded_again(
    shard: str, decoding: list[Any]
) -> None:
    round_trip([shard], CRYSTALS, networks(), SECTIONS.decode)
    assert [elements for elements in decoding if elements] == [[[Element("Li").Z]]]


def test_crystals_are_read_back_where_a_graph_holds_one(shard: str, decoding: list[Any]) -> None:
    found = read_back([shard], {"odd", "other", "salt"}, networks(), SECTIONS.decode)
    assert list(found) == ["salt", "other"]
    assert found.structure("salt").volume == pytest.approx(STRETCHED.volume)


def test_reproduced_means_that_the_composition_is_the_same() -> None:
    assert rms_displacement(NACL, NACL.copy().perturb(0.01)) == pytest.approx(0, abs=0.02)
    assert rms_displacement(NACL, NACL * (1, 1, 2)) is None
    assert rms_displacement(NACL, ODD) is None and rms_displacement(NACL, None) is None


def test_errors_of_a_cell_are_its_largest() -> None:
    cell = Lattice.from_parameters(2.0, 4.0, 5.0, 90, 90, 90)
    other = Lattice.from_parameters(2.2, 3.0, 5.0, 90, 93, 88)
    assert cell_errors(cell, other) == pytest.approx((0.25, 3.0))
    assert np.isnan(cell_errors(cell, None)).all()


def test_as_many_of_the_training_part_as_of_the_test_part_are_measured(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    parts = {f"s{n}": "test" if n % 3 == 0 else "train" for n in range(12)}
    crystals = Crystals.of_structures(dict.fromkeys(parts, BCC), split=list(parts.values()))
    assert evaluation_sample(crystals, 1)["split"].tolist() == ["test"] * 4 + ["train"] * 4
    monkeypatch.setattr(module, "SAMPLE", 2)
    few = evaluation_sample(crystals, 1)
    assert few["split"].tolist() == ["test"] * 2 + ["train"] * 2
    assert list(evaluation_sample(crystals, 1)) == list(few)
