"""Compositions: their files, their draws, and what networks read of them."""

import json

import numpy as np
import pytest

from ccdcgan.core.errors import InputError
from ccdcgan.crystals.compositions import MAX_ELEMENTS, Compositions, count_atoms, formula_of

CELLS = [["Hf", "Co", "Hf"], ["Co"], ["Hf", "Hf", "Co"], ["Li", "Cd"]]


def test_too_many_elements_are_one_line() -> None:
    counts = np.zeros((1, 100), dtype=int)
    counts[0, 1 : 2 + MAX_ELEMENTS] = 1
    with pytest.raises(InputError, match="9 elements: at most 8"):
        Compositions.even(counts).places()


def test_equal_compositions_are_one_whose_weights_add_up() -> None:
    found = Compositions.of_training(CELLS, np.array([1.0, 2.0, 3.0, 2.0]))
    weights = {tuple(row[[3, 27, 48, 72]]): w for row, w in zip(*vars(found).values(), strict=True)}
    assert weights == {(0, 1, 0, 2): 0.5, (0, 1, 0, 0): 0.25, (1, 0, 1, 0): 0.25}
    assert sorted(Compositions.of_training(CELLS).weights) == [0.25, 0.25, 0.5]


def test_a_file_gives_back_what_was_written_by_elements_in_order(tmp_path) -> None:
    written = Compositions.of_training(CELLS)
    written.write(tmp_path / "compositions.json", {"seed": 7})
    stored = json.loads((tmp_path / "compositions.json").read_text())
    assert stored["seed"] == 7
    atoms = [entry["atoms"] for entry in stored["compositions"]]
    assert atoms == [{"Li": 1, "Cd": 1}, {"Co": 1}, {"Co": 1, "Hf": 2}]
    read = Compositions.read(tmp_path / "compositions.json")
    assert {tuple(row): w for row, w in zip(read.counts, read.weights, strict=True)} == {
        tuple(row): w for row, w in zip(written.counts, written.weights, strict=True)
    }
    (tmp_path / "compositions.json").write_text('{"compositions": []}')
    with pytest.raises(InputError, match=r"compositions\.json: holds no composition"):
        Compositions.read(tmp_path / "compositions.json")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "no readable JSON"),
        ("[]", "compositions is missing"),
        ('{"compositions": [{"atoms": {"Xx": 1}, "weight": 1}]}', "damaged"),
        ('{"compositions": [{"atoms": {"Lr": 1}, "weight": 1}]}', "damaged"),
        ('{"compositions": [{"atoms": ["Co"], "weight": 1}]}', "damaged"),
        ('{"compositions": [{"atoms": {"Co": 1}, "weight": "much"}]}', "damaged"),
        ('{"compositions": [{"atoms": {"Co": 1}}]}', "damaged"),
        ('{"compositions": [{"atoms": {"Co": 999999999999}, "weight": 1}]}', "more than 20"),
        ('{"compositions": [{"atoms": {"Co": -1, "Hf": 3}, "weight": 1}]}', "no atom or"),
        ('{"compositions": [{"atoms": {}, "weight": 1}]}', "no atom or"),
        ('{"compositions": [{"atoms": {"Co": 1}, "weight": NaN}]}', "not all positive"),
        ('{"compositions": [{"atoms": {"Co": 1}, "weight": 0}]}', "not all positive"),
    ],
)
def test_a_damaged_file_of_compositions_is_one_line(content, message, tmp_path) -> None:
    (tmp_path / "compositions.json").write_text(content)
    with pytest.raises(InputError, match=rf"compositions\.json: .*{message}") as caught:
        Compositions.read(tmp_path / "compositions.json")
    assert "\n" not in str(caught.value)


def test_compositions_are_written_in_the_order_they_came_in(tmp_path) -> None:
    random = np.random.default_rng(0)
    atoms = random.integers(0, 4, (200, 100)) * (random.random((200, 100)) < 0.03)
    counts = np.unique(atoms, axis=0)
    counts = counts[(counts.sum(axis=1) > 0) & (counts.sum(axis=1) <= 20) & (counts[:, 0] == 0)]
    Compositions(counts, random.random(len(counts))).write(tmp_path / "first.json", {})
    given = Compositions.read(tmp_path / "first.json")
    assert sorted(map(tuple, given.counts)) == sorted(map(tuple, counts))
    given.write(tmp_path / "again.json", {})
    again = Compositions.read(tmp_path / "again.json")
    np.testing.assert_array_equal(again.counts, given.counts)
    np.testing.assert_allclose(again.weights, given.weights, rtol=1e-12)
    draws = [
        [one.draw(np.random.default_rng(seed)) for seed in range(50)] for one in (given, again)
    ]
    np.testing.assert_array_equal(*draws)
    assert len(np.unique(draws[0], axis=0)) > 20


def test_networks_read_elements_by_atomic_number_after_the_lattice() -> None:
    given = Compositions.even(count_atoms([["Hf", "Co", "Hf"]]))
    numbers, counts = given.places()
    assert numbers[0, :4].tolist() == [0, 27, 72, 0] and counts[0, :4].tolist() == [3, 1, 2, 0]
    assert given.species()[0, :4].tolist() == [27, 72, 72, 0]


def test_a_formula_is_reduced() -> None:
    (row,) = count_atoms([["Hf", "Co", "Hf", "Co", "O", "O", "O", "O"]])
    assert formula_of(row) == "HfCoO2"
