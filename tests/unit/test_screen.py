"""Valid, unique, novel, and which known phases were found again."""

import numpy as np
import pandas as pd
import pytest
from pymatgen.analysis.structure_matcher import StructureMatcher
from pymatgen.core import Lattice, Structure

from ccdcgan.core.errors import InputError
from ccdcgan.core.tables import read_table, write_table
from ccdcgan.crystals.archives import read_crystals, write_crystals
from ccdcgan.crystals.matching import Catalogue, displacement, matched_rmsd, space_group
from ccdcgan.crystals.table import from_structure, to_structure
from ccdcgan.evaluation.rediscovery import rediscovered
from ccdcgan.stability.screen import funnel, read_manifests, screen

B2 = Structure(Lattice.cubic(3.3), ["Cd", "Li"], [[0, 0, 0], [0.5, 0.5, 0.5]])
ROCKSALT = Structure.from_spacegroup(
    "Fm-3m", Lattice.cubic(5.9), ["Cd", "Li"], [[0, 0, 0], [0.5, 0.5, 0.5]]
)
L12 = Structure.from_spacegroup(
    "Pm-3m", Lattice.cubic(4.3), ["Cd", "Li"], [[0, 0, 0], [0, 0.5, 0.5]]
)
BCC = {"Cd": 3.6, "Li": 3.4}


def data(*extra: dict) -> pd.DataFrame:
    """B2 and bcc elements as phases, rock salt as a hypothetical structure."""
    rows = [
        {"id": "b2", **from_structure(B2), "formation_energy_per_atom": -0.3, "split": "test"},
        {"id": "rock", **from_structure(ROCKSALT), "formation_energy_per_atom": -0.1},
    ]
    for symbol, length in BCC.items():
        bcc = Structure(Lattice.cubic(length), [symbol] * 2, [[0, 0, 0], [0.5, 0.5, 0.5]])
        rows.append({"id": symbol, **from_structure(bcc), "formation_energy_per_atom": 0.0})
    table = pd.DataFrame([*rows, *extra])
    table["kind"] = ["copy" if name == "rock" else "phase" for name in table["id"]]
    table["split"] = table["split"].fillna("train")
    return table.assign(provenance="by hand")


def noisy(structure: Structure, seed: int) -> Structure:
    """The same crystal in another setting: moved atoms, another volume, permuted axes, shifted."""
    copy = structure.copy()
    rng = np.random.default_rng(seed)
    coords = copy.frac_coords + rng.normal(0, 0.01, (len(copy), 3)) + rng.random(3)
    lattice = Lattice(copy.lattice.matrix[[2, 0, 1]] * 1.03)
    return Structure(lattice, copy.species, coords[:, [2, 0, 1]])


def batch(crystals: dict[str, Structure], invalid: int = 1) -> pd.DataFrame:
    """A manifest of crystals and of some graphs that gave none."""
    rows = [
        {"id": name, "status": "valid", "elements": "Cd-Li", "num_sites": len(crystal)}
        for name, crystal in crystals.items()
    ]
    rows += [
        {"id": f"ccdcgan-{900 + n:06d}", "status": "no atom", "elements": "Li-Cd"}
        for n in range(invalid)
    ]
    return pd.DataFrame(rows).assign(variant="ccdcgan", formula="")


CRYSTALS = {
    "ccdcgan-000003": noisy(B2, 1),
    "ccdcgan-000005": noisy(L12, 2),
    "ccdcgan-000007": noisy(B2, 3) * (2, 1, 1),
    "ccdcgan-000008": noisy(ROCKSALT, 4),
    "ccdcgan-000009": noisy(L12, 5),
}


def test_each_graph_gets_one_verdict() -> None:
    rows = screen(batch(CRYSTALS, invalid=2), CRYSTALS, data()).set_index("id")
    assert list(rows["matches"]) == ["b2", "", "b2", "rock", "", "", ""]
    assert list(rows["matched_split"][:4]) == ["test", "", "test", "train"]
    assert list(rows["duplicate_of"]) == ["", "", "ccdcgan-000003", "", "ccdcgan-000005", "", ""]
    assert list(rows.index[rows["novel"]]) == ["ccdcgan-000005"]
    assert list(rows["valid"]) == [True] * 5 + [False] * 2
    assert list(rows["unique"]) == [True, True, False, True, False, False, False]
    assert rows["dropped"]["ccdcgan-000900"] == "no atom"
    assert rows["chemical_system"]["ccdcgan-000900"] == "Cd-Li"
    assert (rows["dropped"] == "").equals(rows["novel"])
    counts = funnel(rows.reset_index())
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
    table, matcher = data(), StructureMatcher()
    unique: list[str] = []
    expected = {}
    for name, crystal in crystals.items():
        first = next((u for u in unique if matcher.fit(crystals[u], crystal)), "")
        if not first:
            unique.append(name)
        equal = table["id"][[matcher.fit(to_structure(r), crystal) for _, r in table.iterrows()]]
        expected[name] = first, expected[first][1] if first else "".join(equal)
    rows = screen(batch(crystals), crystals, table, processes=processes).set_index("id")
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


def test_the_closest_of_several_equal_phases_is_named() -> None:
    far, near = B2.copy(), B2.copy()
    far.translate_sites([1], [0.08, 0.05, 0])
    near.translate_sites([1], [0.01, 0, 0])
    catalogue = Catalogue()
    catalogue.add("far", far)
    catalogue.add("near", near)
    assert catalogue.first_match(B2) == "far"
    assert catalogue.closest_match(B2) == "near"


def test_known_phases_found_again_are_counted_with_their_duplicates() -> None:
    rows = screen(batch(CRYSTALS), CRYSTALS, data())
    none = rows.assign(matches="")
    table = rediscovered(data(), {"dcgan": none, "ccdcgan": rows}, ["Cd-Li"])
    found = table.set_index(["id", "variant"]).loc["b2"]
    assert found.loc["ccdcgan", "graphs"] == 2
    assert found.loc["ccdcgan", "first_graph"] == 3
    assert found.loc["ccdcgan", "split"] == "test"
    assert found.loc["ccdcgan", "space_group"] == 221
    assert found.loc["dcgan", "graphs"] == 0
    assert pd.isna(found.loc["dcgan", "first_graph"])
    assert "rock" not in set(table["id"])  # hypothetical


def test_phases_far_above_the_hull_are_not_looked_for() -> None:
    unstable = {"id": "l12", **from_structure(L12), "formation_energy_per_atom": 0.0}
    stable = unstable | {"formation_energy_per_atom": -0.14}  # the hull is at -0.15
    for row, listed in ((unstable, False), (stable, True)):
        table = rediscovered(data(row), {"dcgan": batch({}).assign(matches="")}, ["Cd-Li"])
        assert ("l12" in set(table["id"])) == listed


def test_displacements_leave_out_drift_and_cell() -> None:
    moved = B2.copy()
    moved.translate_sites([0, 1], [0.9, 0, 0])
    moved.scale_lattice(B2.volume * 1.1)
    assert displacement(B2, moved) == pytest.approx(0, abs=1e-12)
    assert matched_rmsd(B2, moved) == pytest.approx(0, abs=1e-6)
    shifted = B2.copy()
    shifted.translate_sites([1], [0.1 / 3.3, 0, 0])  # 0.1 Å apart: 0.05 Å each from the mean
    assert displacement(B2, shifted) == pytest.approx(0.05)
    assert matched_rmsd(B2, shifted) == pytest.approx(0.05, abs=1e-3)
    assert np.isnan(matched_rmsd(B2, ROCKSALT * (1, 1, 2)))
    assert space_group(B2) == 221


def test_crystals_come_back_as_written(tmp_path) -> None:
    path = tmp_path / "crystals.extxyz"
    write_crystals(path, CRYSTALS)
    back = read_crystals(path)
    assert list(back) == list(CRYSTALS)
    for name, crystal in CRYSTALS.items():
        assert [s.symbol for s in back[name].species] == [s.symbol for s in crystal.species]
        np.testing.assert_allclose(back[name].lattice.matrix, crystal.lattice.matrix, atol=1e-7)
        assert displacement(back[name], crystal) < 1e-6
    write_crystals(path, {})
    assert read_crystals(path) == {}


def written(folder, crystals: dict[str, Structure], name: str = "batch") -> tuple:
    write_table(folder / f"{name}.csv", batch(crystals))
    write_crystals(folder / f"{name}.extxyz", crystals)
    return folder / f"{name}.csv", folder / f"{name}.extxyz"


def test_batches_are_read_together(tmp_path) -> None:
    first = written(tmp_path, {"a-1": B2}, "one")
    manifest, crystals = read_manifests([first[0]], [first[1]])
    assert set(crystals) == {"a-1"}
    assert list(manifest["status"]) == ["valid", "no atom"]
    with pytest.raises(InputError, match=r"is also in another shard"):
        read_manifests([first[0]] * 2, [first[1]] * 2)


@pytest.mark.parametrize("kept", [0.3, 0.97], ids=["whole crystals lost", "half a line"])
def test_a_truncated_archive_is_one_clear_line(tmp_path, kept: float) -> None:
    manifest, archive = written(tmp_path, CRYSTALS)
    text = archive.read_text()
    archive.write_text(text[: int(kept * len(text))])
    with pytest.raises(InputError, match=r"batch\.extxyz: .*again") as caught:
        read_manifests([manifest], [archive])
    assert "\n" not in str(caught.value)


def test_a_lost_crystal_is_noticed(tmp_path) -> None:
    manifest, archive = written(tmp_path, CRYSTALS)
    write_crystals(archive, dict(list(CRYSTALS.items())[:-1]))
    with pytest.raises(InputError, match=r"4 crystals, but .* calls 5 valid .*000009"):
        read_manifests([manifest], [archive])


def test_damaged_tables_are_refused(tmp_path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("id,formula\na,NaN\nb,\n")
    assert list(read_table(path, ("id",), text=("formula",))["formula"]) == ["NaN", ""]
    with pytest.raises(InputError, match=r"rows\.csv: the columns \['energy'\] are missing"):
        read_table(path, ("id", "energy"))
    path.write_text("id,formula\na,x\na,y\n")
    with pytest.raises(InputError, match=r"id 'a' stands in two rows"):
        read_table(path, ("id",))
    path.write_text("")
    with pytest.raises(InputError, match=r"not a readable table"):
        read_table(path, ("id",))
