"""Relaxation of novel crystals, with ASE's fast effective-medium potential."""

import tempfile

import numpy as np
import pandas as pd
import pytest
from ase.build import bulk
from ase.calculators.calculator import Calculator, all_changes
from ase.calculators.emt import EMT
from pymatgen.core import Lattice, Structure

from ccdcgan.core.errors import InputError
from ccdcgan.core.journal import Journal
from ccdcgan.core.tables import write_table
from ccdcgan.crystals.archives import write_crystals
from ccdcgan.crystals.documents import decode_structure, encode_structure
from ccdcgan.crystals.table import from_structure
from ccdcgan.report.figures.screening import energies_figure
from ccdcgan.stability.outcomes import RELAXED, merge_shards
from ccdcgan.stability.relax import choose, element_energies, relax_crystals

STRUCTURES = {"encode": encode_structure, "decode": decode_structure}
L12 = Structure.from_spacegroup(
    "Pm-3m", Lattice.cubic(3.75), ["Au", "Cu"], [[0, 0, 0], [0, 0.5, 0.5]]
)


class Exploding(Calculator):
    """A potential that knows no energy for anything."""

    implemented_properties = ("energy", "forces", "stress")

    def calculate(self, atoms=None, properties=("energy",), system_changes=all_changes) -> None:
        super().calculate(atoms, properties, system_changes)
        nan = float("nan")
        self.results = {
            "energy": nan,
            "forces": np.full((len(atoms), 3), nan),
            "stress": np.full(6, nan),
        }


def element(symbol: str) -> float:
    atoms = bulk(symbol)
    atoms.calc = EMT()
    return float(atoms.get_potential_energy() / len(atoms))


@pytest.fixture(scope="module")
def elements() -> dict[str, float]:
    return {symbol: element(symbol) for symbol in ("Au", "Cu")}


PHASES = pd.DataFrame(
    [
        {
            "id": "aucu3",
            **from_structure(L12),
            "kind": "phase",
            "formation_energy_per_atom": -0.05,
        }
    ]
)


def rattled() -> Structure:
    crystal = L12.copy()
    crystal.translate_sites([1], [0.03, 0.02, -0.01])
    crystal.translate_sites([2], [-0.02, 0.01, 0.02])
    return crystal


def relaxed(crystals, calculator, elements, **options):
    settings = {"fmax": 0.02, "max_steps": 100} | options
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal(f"{folder}/journal", {}, **STRUCTURES)
        return relax_crystals(crystals, calculator, elements, PHASES, journal, **settings)


def test_a_hole_of_the_potential_is_a_row(elements) -> None:
    """Elements whose energies lie far too high make any crystal look 3 eV/atom too stable."""
    shifted = {symbol: energy + 3 for symbol, energy in elements.items()}
    rows, crystals = relaxed({"dcgan-000001": rattled()}, EMT(), shifted)
    assert "a hole of the potential" in rows.iloc[0]["status"]
    assert crystals == {}


def test_a_crystal_relaxes_into_its_phase(elements) -> None:
    rows, crystals = relaxed({"dcgan-000001": rattled()}, EMT(), elements)
    row = rows.iloc[0]
    assert list(rows.columns) == list(RELAXED)
    assert row["status"] == "relaxed"
    assert 0 < row["steps"] < 100
    assert row["delta_formation_energy"] == pytest.approx(
        row["formation_energy_before"] - row["formation_energy_after"]
    )
    assert row["delta_formation_energy"] > 0
    # The formation energy against the definition, from the relaxed crystal itself.
    atoms = crystals["dcgan-000001"].to_ase_atoms()
    atoms.calc = EMT()
    expected = atoms.get_potential_energy() / 4 - (elements["Au"] + 3 * elements["Cu"]) / 4
    assert row["formation_energy_after"] == pytest.approx(expected, abs=1e-6)
    assert 0.03 < row["rmsd"] < 0.15
    assert row["displacement"] == pytest.approx(row["rmsd"], rel=0.3)
    assert row["volume_ratio"] == pytest.approx(
        crystals["dcgan-000001"].volume / L12.volume, rel=1e-9
    )
    assert row["space_group_after"] == 221
    assert row["matches_after"] == "aucu3"


def test_too_few_steps_still_leave_an_energy(elements) -> None:
    rows, crystals = relaxed({"a": rattled()}, EMT(), elements, max_steps=2)
    assert rows["status"][0] == "not converged"
    assert np.isfinite(rows["formation_energy_after"][0])
    assert set(crystals) == {"a"}


def test_what_explodes_is_a_row_and_spares_the_others(elements) -> None:
    dense = Structure(Lattice.cubic(1.5), ["Cu", "Au"], [[0, 0, 0], [0.5, 0.5, 0.5]])
    rows, crystals = relaxed({"dense": dense, "good": rattled()}, EMT(), elements)
    assert rows["status"][0].startswith("failed: 1.7 Å³/atom")
    assert np.isnan(rows["formation_energy_after"][0])
    assert rows["status"][1] == "relaxed"
    assert set(crystals) == {"good"}


def test_a_potential_without_an_answer_is_a_row(elements) -> None:
    rows, crystals = relaxed({"a": rattled()}, Exploding(), elements)
    assert rows["status"][0].startswith("failed: ")
    assert np.isnan(rows["formation_energy_before"][0])
    assert np.isnan(rows["delta_formation_energy"][0])
    assert crystals == {}


def test_no_crystal_at_all_is_an_empty_table(elements) -> None:
    rows, crystals = relaxed({}, EMT(), elements)
    assert list(rows.columns) == list(RELAXED)
    assert len(rows) == 0
    assert crystals == {}


def test_the_draw_is_fair_repeatable_and_in_order() -> None:
    names = [f"dcgan-{n:06d}" for n in range(50)]
    drawn = choose(names, 10, seed=3)
    assert drawn == choose(names, 10, seed=3)
    assert drawn == sorted(set(drawn)) and len(drawn) == 10
    assert drawn != choose(names, 10, seed=4)
    assert choose(names, 80, seed=3) == names
    often = [choose(names, 10, seed=seed) for seed in range(400)]
    counts = [sum(name in draw for draw in often) for name in names]
    assert min(counts) > 50 and max(counts) < 110  # 80 expected, standard deviation 8


def test_a_crystal_of_an_element_without_energy_is_a_row(elements) -> None:
    rows, crystals = relaxed({"a": rattled()}, EMT(), {"Cu": elements["Cu"]})
    assert rows["status"][0] == "failed: no zero of energy, Au alone has none"
    assert crystals == {}


def test_the_crystals_of_the_journal_are_not_done_again(elements, tmp_path) -> None:
    crystals = {"a": rattled(), "b": rattled()}
    settings = {"fmax": 0.02, "max_steps": 3}
    path = tmp_path / "journal"
    relax_crystals(
        {"a": rattled()}, EMT(), elements, PHASES, Journal(path, {}, **STRUCTURES), **settings
    )
    # The calculator fails whatever it is given, so only what stands in the journal has an energy.
    journal = Journal(path, {}, **STRUCTURES)
    rows, found = relax_crystals(crystals, Exploding(), elements, PHASES, journal, **settings)
    assert list(rows["id"]) == ["a", "b"] and set(found) == {"a"}
    assert rows["status"][0] == "not converged" and rows["status"][1].startswith("failed: ")


def test_energies_of_another_potential_are_refused(tmp_path) -> None:
    path = tmp_path / "elements.csv"
    table = pd.DataFrame({"element": ["Co"], "energy_per_atom": [-7.0], "potential": ["chgnet"]})
    write_table(path, table)
    assert element_energies(path, "chgnet") == {"Co": -7.0}
    with pytest.raises(InputError, match=r"elements\.csv: energies of 'chgnet', .*'7net-0'"):
        element_energies(path, "7net-0")


def shard(folder, number: int, names: list[str], elements) -> tuple:
    rows, crystals = relaxed(dict.fromkeys(names, rattled()), EMT(), elements, max_steps=1)
    write_table(folder / f"{number}.csv", rows)
    write_crystals(folder / f"{number}.extxyz", crystals)
    return folder / f"{number}.csv", folder / f"{number}.extxyz"


def test_shards_are_merged_in_order_and_checked(tmp_path, elements) -> None:
    paths = [
        shard(tmp_path, 0, ["c", "a"], elements),
        shard(tmp_path, 1, ["b"], elements),
        shard(tmp_path, 2, [], elements),
    ]
    rows, crystals = merge_shards(*zip(*paths, strict=True))
    assert list(rows["id"]) == ["a", "b", "c"] == list(crystals)
    with pytest.raises(InputError, match=r"also in another shard"):
        merge_shards(*zip(paths[0], paths[0], strict=True))
    write_crystals(paths[0][1], {"a": rattled()})
    with pytest.raises(InputError, match=r"0\.extxyz: 1 crystals, but .*'c' is in one only"):
        merge_shards(*zip(*paths, strict=True))


def test_energies_are_drawn_for_a_variant_without_crystals(elements) -> None:
    rows, _ = relaxed({"a": rattled()}, EMT(), elements, max_steps=1)
    empty, _ = relaxed({}, EMT(), elements)
    figure = energies_figure({"dcgan": empty.astype(float, errors="ignore"), "ccdcgan": rows})
    assert [axes.get_title() for axes in figure.axes][:2] == ["dcgan", "ccdcgan"]
    assert sum(patch.get_height() for patch in figure.axes[1].patches) == 2  # before and after
