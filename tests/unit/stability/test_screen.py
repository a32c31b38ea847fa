"""Valid, unique, novel, and which known phases were found again."""

import numpy as np
import pytest
from pymatgen.analysis.structure_matcher import StructureMatcher
from pymatgen.core import Lattice, Structure

from builders.screening import B2, CRYSTALS, L12, ROCKSALT, known_data, manifest_of, noisy
from ccdcgan.crystals.matching import Catalogue
from ccdcgan.crystals.table import Crystals
from ccdcgan.stability.screen import _tasks, funnel, screen


def test_each_graph_gets_one_verdict() -> None:
    screened = screen(manifest_of(CRYSTALS, invalid=2), known_data())
    rows = screened.table.set_index("id")
    assert list(rows["matches"]) == ["b2", "", "b2", "rock", "", "", ""]
    assert list(rows["matched_split"][:4]) == ["test", "", "test", "train"]
    assert list(rows["duplicate_of"]) == ["", "", "ccdcgan-000003", "", "ccdcgan-000005", "", ""]
    assert list(rows.index[rows["novel"]]) == ["ccdcgan-000005"]
    assert list(rows["valid"]) == [True] * 5 + [False] * 2
    assert list(rows["unique"]) == [True, True, False, True, False, False, False]
    assert rows["dropped"]["ccdcgan-000900"] == "no atom"
    assert rows["chemical_system"]["ccdcgan-000900"] == "Cd-Li"
    assert (rows["dropped"] == "").equals(rows["novel"])
    counts = funnel(screened)
    assert list(counts["stage"]) == ["graphs", "valid", "unique", "novel"]
    assert list(counts["count"]) == [7, 5, 3, 1]


@pytest.mark.parametrize("processes", [1, 3])
def test_screening_by_formula_gives_the_verdicts_of_one_pass(processes: int) -> None:
    """Against plain loops over all crystals and structures, in the order of the graphs."""
    crystals = {
        f"dcgan-{2 * n + k:06d}": noisy(one, n + 10 * k).perturb(0.15 * k)
        for n, one in enumerate([B2, L12, ROCKSALT] * 3)
        for k in range(2)
    }
    data, matcher = known_data(), StructureMatcher()
    unique: list[str] = []
    expected = {}
    for name, crystal in crystals.items():
        first = next((u for u in unique if matcher.fit(crystals[u], crystal)), "")
        if not first:
            unique.append(name)
        equal = [known for known, entry in data.items() if matcher.fit(entry, crystal)]
        expected[name] = first, expected[first][1] if first else "".join(equal)
    rows = screen(manifest_of(crystals), data, processes=processes).table.set_index("id")
    assert list(rows.index) == [*crystals, "ccdcgan-000900"]
    found = rows.loc[list(crystals), ["duplicate_of", "matches"]].itertuples(index=False, name=None)
    assert dict(zip(crystals, found, strict=True)) == expected
    assert 3 <= len(unique) < len(crystals)


def test_verdicts_are_those_of_the_structure_matcher() -> None:
    rng = np.random.default_rng(7)
    entries, crystals = [], []
    for _ in range(6):
        lattice = Lattice.from_parameters(*rng.uniform(3.5, 4.5, 3), *rng.uniform(75, 105, 3))
        random = Structure(lattice, ["Co", "Co", "Hf"], rng.random((3, 3)))
        entries.append(random)
        crystals += [noisy(random, 1), noisy(random, 2).perturb(0.4) * (1, 2, 1)]
    matcher, agreed = StructureMatcher(), []
    for entry in entries:
        catalogue = Catalogue()
        catalogue.add("entry", entry)
        for crystal in crystals:
            expected = matcher.fit(entry, crystal)
            assert (catalogue.first_match(crystal) == "entry") == expected
            agreed.append(expected)
    assert 6 <= sum(agreed) < len(agreed)


@pytest.mark.parametrize("size", [0, 1, 2, 50])
def test_all_crystals_of_a_formula_are_in_one_task_with_what_they_are_compared_with(
    size: int,
) -> None:
    made = {f"a{n}": (B2, L12, ROCKSALT)[n % 3] for n in range(7)}
    crystals = Crystals.of_structures(made)
    data = known_data()
    tasks = _tasks(crystals, data, size)
    assert sorted(place for mine, _ in tasks for place in mine) == list(range(7))
    for mine, theirs in tasks:
        formulas = set(crystals["formula"].iloc[mine])
        assert set(data["formula"].iloc[theirs]) == formulas & set(data["formula"])
        assert list(mine) == sorted(mine)
    seen = [formula for mine, _ in tasks for formula in set(crystals["formula"].iloc[mine])]
    assert len(seen) == len(set(seen))
    assert len(tasks) == (1 if size == 50 else 2)
