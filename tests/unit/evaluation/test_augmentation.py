"""The augmentation experiment: what each arm is trained on, and the first graphs of phases."""

import numpy as np
import pandas as pd
import pytest
from pymatgen.core import Lattice, Structure

from builders.augmentation import FOUND, hits
from ccdcgan.core.errors import InputError
from ccdcgan.crystals.table import Crystals, from_structure
from ccdcgan.evaluation.augmentation import (
    compare_arms,
    describe,
    first_graphs,
    found_compounds,
    known_compounds,
    split_arms,
    summarise,
    training_sets,
)

FACES = [[0, 0, 0], [0, 0.5, 0.5]]
B2 = Structure(Lattice.cubic(3.1), ["Co", "Hf"], [[0, 0, 0], [0.5, 0.5, 0.5]])

# Another prototype by name, but the same crystal to StructureMatcher at its defaults.
NEARLY_B2 = Structure(Lattice.tetragonal(3.0, 3.35), ["Co", "Hf"], [[0, 0, 0], [0.5, 0.5, 0.5]])
ROCKSALT = Structure.from_spacegroup(
    "Fm-3m", Lattice.cubic(5.2), ["Co", "Hf"], [[0, 0, 0], [0.5, 0.5, 0.5]]
)
L12 = Structure.from_spacegroup("Pm-3m", Lattice.cubic(3.8), ["Co", "Hf"], FACES)
OTHER = Structure(Lattice.cubic(3.3), ["Cd", "Li"], [[0, 0, 0], [0.5, 0.5, 0.5]])


def row(name: str, structure: Structure, energy: float, **columns: object) -> dict[str, object]:
    usual = {"kind": "phase", "split": "train", "parent": name, "provenance": f"AFLOW {name}"}
    return {
        "id": name,
        **from_structure(structure),
        "formation_energy_per_atom": energy,
        **usual,
        **columns,
    }


def data() -> Crystals:
    """CoHf B2 on the hull of Co-Hf, three compounds far above it, the elements, and CdLi."""
    elements = [
        row(symbol, Structure(Lattice.cubic(2.8), [symbol], [[0, 0, 0]]), 0.0)
        for symbol in ("Co", "Hf")
    ]
    copy = {"kind": "copy"}
    compounds = [
        row("b2", B2, -0.4),
        row("b2-rattled0", B2.copy().perturb(0.05), -0.35, parent="b2", **copy),
        row("nearly", NEARLY_B2, -0.3),
        row("rock", ROCKSALT, 0.3),
        row("rock-rattled0", ROCKSALT.copy().perturb(0.05), 0.35, parent="rock", **copy),
        row("l12", L12, 0.2),
        row("tested", L12.copy().scale_lattice(60), 0.2, split="test"),
        row("other", OTHER, -0.2),
    ]
    return Crystals(pd.DataFrame(elements + compounds))


def arms(hypothetical: int | None = None) -> dict[str, Crystals]:
    known, sets = split_arms(data(), data(), "Co-Hf", hypothetical=hypothetical, seed=1)
    assert list(known) == ["b2"]
    return sets


def test_arms_differ_in_the_hypothetical_structures_alone() -> None:
    sets = arms()
    assert set(sets["without"]["id"]) == {"Co", "Hf", "other"}
    added = set(sets["with"]["id"]) - set(sets["without"]["id"])
    assert added == {"rock", "rock-rattled0", "l12"}
    assert len(sets["with"]) == len(sets["without"]) + len(added)


def test_so_many_are_drawn_with_their_copies() -> None:
    one = arms(1)["with"]
    own = one.where(one["chemical_system"] == "Co-Hf")
    assert len(own.phases()) == 1
    assert set(own["parent"]) == set(own.phases())
    assert arms(1)["with"]["id"].equals(one["id"])


def test_more_than_there_are_is_refused() -> None:
    with pytest.raises(InputError, match=r"augmentation.hypothetical: 3 are more than the 2 "):
        arms(3)


def test_without_another_system_nothing_could_be_generated() -> None:
    alone = data().where(data()["id"] != "other")
    known = known_compounds(alone, "Co-Hf")
    with pytest.raises(InputError, match="no training structure has 2 elements"):
        training_sets(alone, known, "Co-Hf", hypothetical=None, seed=1)


def test_a_system_without_known_compounds_is_refused() -> None:
    elements = data().where(data()["num_sites"] == 1)
    with pytest.raises(InputError, match="Co-Hf has no known compound"):
        known_compounds(elements, "Co-Hf")


def test_found_compounds_are_counted_from_the_first_graph() -> None:
    known = known_compounds(data(), "Co-Hf")
    crystals = {
        "ccdcgan-000007": B2 * (2, 1, 1),
        "ccdcgan-000000": B2.copy().scale_lattice(33),
        "ccdcgan-000003": ROCKSALT,
    }
    found = found_compounds(known, Crystals.of_structures(crystals))
    assert list(found["graph"]) == [1, 8]
    assert set(found["matches"]) == {"b2"}
    assert list(found_compounds(known, Crystals.of_structures({})).columns) == list(found.columns)


KNOWN = Crystals(
    pd.DataFrame(
        [
            row("b2", B2, -0.4, e_above_hull=0.0),
            row("l12", L12, -0.2, e_above_hull=0.01),
            row("rock", ROCKSALT, -0.36, e_above_hull=0.04),
            row("nearly", NEARLY_B2, -0.36, e_above_hull=0.045),
        ]
    )
)


def test_first_graphs_are_means_over_the_seeds() -> None:
    table = first_graphs(KNOWN, FOUND, 100).set_index("id")
    assert list(table.index) == ["b2", "l12", "rock", "nearly"]
    assert table.loc["b2", "first_with"] == (10 + 30) / 2
    # Of two seeds one found it after 80 graphs, the other not in 100: once in 180.
    assert table.loc["b2", ["seeds_without", "first_without"]].to_list() == [1, 180]
    assert table.loc["b2", "ratio"] == 9
    assert table.loc["b2", "space_group"] == 221
    assert np.isnan(table.loc["l12", "first_without"])


def test_what_was_not_found_is_a_bound() -> None:
    table = describe(first_graphs(KNOWN, FOUND, 100)).set_index("id")
    assert list(table["ratio"]) == ["9.00", "> 1.43", "", "< 0.25"]
    assert table.loc["l12", "first_graph_without"] == "not found in 200"
    assert table.loc["l12", "first_graph_with"] == "140"


def test_summary_counts_and_compares() -> None:
    table, summary = compare_arms(KNOWN, FOUND, arms(), system="Co-Hf", graphs=100)
    pd.testing.assert_frame_equal(table, describe(first_graphs(KNOWN, FOUND, 100)))
    assert summary["training_sets"]["without"]["hypothetical_compounds"] == 0
    assert summary["training_sets"]["with"]["hypothetical_compounds"] == 2
    assert summary["training_sets"]["with"]["their_copies"] == 1
    assert summary["compounds_found"] == {"without": 2, "with": 2}
    assert (summary["compounds_found_by_both"], summary["ratio"]) == (1, pytest.approx(9))
    assert summary["ratio_of_all"] == 5 / 4
    low, high = summary["ratio_of_all_interval"]
    assert low < 5 / 4 < high
    nothing = {arm: {1: hits()} for arm in FOUND}
    empty = summarise(first_graphs(KNOWN, nothing, 9), nothing, arms(), system="Co-Hf", graphs=9)
    assert empty["ratio"] is None and empty["ratio_of_all_interval"] == [None, None]
