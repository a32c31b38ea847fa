"""The table of crystals: selections, structures and files."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pymatgen.core import Structure

from builders.structures import BCC, NACL, ODD
from ccdcgan.core.errors import InputError
from ccdcgan.crystals.arrays import crystal_arrays
from ccdcgan.crystals.table import Crystals, atoms_of, shortest_distance, source_notes

STRUCTURES = {"salt": NACL, "odd": ODD, "odd-rattled0": ODD.copy().perturb(0.05), "bcc": BCC}


@pytest.fixture
def data() -> Crystals:
    """Three phases and a copy, and a row without a structure."""
    whole = Crystals.of_structures(
        STRUCTURES,
        kind=["phase", "phase", "copy", "phase"],
        split=["train", "test", "test", "train"],
    )
    lost = {"id": "lost", "kind": "phase", "split": "train", **atoms_of(None)}
    return Crystals.join([whole, Crystals(pd.DataFrame([lost]))])


def same(first: Structure, second: Structure) -> bool:
    """Say whether two structures are the same to the last digit."""
    return (
        [site.specie for site in first] == [site.specie for site in second]
        and bool((first.lattice.matrix == second.lattice.matrix).all())
        and bool((first.frac_coords % 1 == second.frac_coords % 1).all())
    )


def test_selections_leave_the_table_as_it_is(data: Crystals) -> None:
    assert list(data.part("test")) == ["odd", "odd-rattled0"]
    assert list(data.phases()) == ["salt", "odd", "bcc", "lost"]
    assert list(data.part("test").phases()) == ["odd"]
    assert list(data.where(data["num_sites"] == 2)) == list(STRUCTURES)
    assert list(data.take(["bcc", "salt"])) == ["bcc", "salt"]
    assert list(data.with_structure()) == list(STRUCTURES)
    assert list(data.assign(dropped=["", "why", "", "", ""]).kept()) == [
        *("salt", "odd-rattled0", "bcc", "lost")
    ]
    assert list(data) == [*STRUCTURES, "lost"] and len(data) == 5
    assert "dropped" not in data.table and "odd" in data and "even" not in data
    with pytest.raises(KeyError):
        data.take(["even"])


def test_a_system_holds_its_subsystems_and_elements(data: Crystals) -> None:
    assert list(data.within("Cd-Li")) == ["odd", "odd-rattled0", "bcc"]
    assert list(data.within(["Cl-Na", "Li"])) == ["salt", "bcc"]
    assert not len(data.within("Cd-Na")) and not len(data.within([]))


def test_a_sample_is_repeatable_and_never_too_large(data: Crystals) -> None:
    assert len(data.sample(2, seed=1)) == 2
    assert list(data.sample(9, seed=1)) == list(data.sample(9, seed=1))
    assert set(data.sample(9, seed=1)) == set(data)
    assert list(data.sample(9, seed=1).sort("id")) == sorted(data)
    draws = {tuple(data.sample(2, seed=seed)) for seed in range(20)}
    assert len(draws) > 5


def test_structures_come_back_from_the_file_to_the_last_digit(
    data: Crystals, tmp_path: Path
) -> None:
    data.write(tmp_path / "c.parquet", {"seed": 3, "from": "here"}, units={"gap": "eV"})
    back = Crystals.read(tmp_path / "c.parquet")
    assert list(back) == list(data)
    assert list(back.structures()) == list(STRUCTURES)
    assert all(same(back.structure(name), one) for name, one in STRUCTURES.items())
    assert back.has_structure().tolist() == [True] * 4 + [False]
    assert source_notes(tmp_path / "c.parquet") == {"from": "here", "rows": 5}
    with pytest.raises(ValueError, match="lost has no structure"):
        back.structure("lost")
    with pytest.raises(KeyError):
        back.structure("even")


def test_rows_of_a_csv_have_no_structures() -> None:
    rows = Crystals(pd.DataFrame({"id": ["a", "b"], "chemical_system": ["Cd-Li", ""]}))
    assert rows.structures() == {} and not rows.has_structure().any()
    assert list(rows.within("Cd-Li")) == ["a"]
    with pytest.raises(ValueError, match="a has no structure"):
        rows.structure("a")


def test_shards_are_read_together(data: Crystals, tmp_path: Path) -> None:
    paths = [tmp_path / f"{n}.parquet" for n in range(3)]
    names = list(data)
    for path, some in zip(paths, (names[:2], names[2:], []), strict=True):
        data.take(some).write(path, {})
    joined = Crystals.read_all(paths, ("kind",))
    assert list(joined) == names and list(joined.structures()) == list(STRUCTURES)
    with pytest.raises(InputError, match=r"0\.parquet: id 'odd' is also in another shard"):
        data.take(["odd"]).write(paths[2], {})
        Crystals.read_all(reversed(paths))
    assert len(Crystals.read_all([])) == 0 and not Crystals.join([]).structures()


@pytest.mark.parametrize("kept", [0.3, 0.97], ids=["a third", "all but the end"])
def test_a_truncated_file_is_one_clear_line(data: Crystals, tmp_path: Path, kept: float) -> None:
    path = tmp_path / "shard.parquet"
    data.write(path, {})
    content = path.read_bytes()
    path.write_bytes(content[: int(kept * len(content))])
    with pytest.raises(InputError, match=r"shard\.parquet: not a readable .*again") as caught:
        Crystals.read_all([path])
    assert "\n" not in str(caught.value)


def test_a_table_of_something_else_is_refused(data: Crystals, tmp_path: Path) -> None:
    path = tmp_path / "c.parquet"
    data.write(path, {})
    with pytest.raises(InputError, match=r"c\.parquet: the columns \['status'\] are missing"):
        Crystals.read(path, ("kind", "status"))
    with pytest.raises(InputError, match=r"id 'odd' stands in two rows"):
        Crystals(pd.concat([data.table, data.take(["odd"]).table]))
    pd.concat([data.table, data.take(["odd"]).table]).to_parquet(path)
    with pytest.raises(InputError, match=r"c\.parquet: id 'odd' stands in two rows"):
        Crystals.read(path)


def test_arrays_and_maps_go_row_by_row(data: Crystals) -> None:
    whole = data.with_structure()
    arrays = whole.arrays()
    for name, values in crystal_arrays(whole.table).items():
        np.testing.assert_array_equal(arrays[name], values)
    assert whole.map(len) == [2, 2, 2, 2]
    assert [row["id"] for row in whole.rows()] == list(whole)


def test_the_shortest_distance_counts_periodic_images() -> None:
    assert shortest_distance(BCC) == pytest.approx(3.4 * 3**0.5 / 2)
    alone = BCC.copy()
    alone.remove_sites([1])
    assert shortest_distance(alone) == pytest.approx(3.4)
