"""Relaxation of novel crystals, with ASE's fast effective-medium potential."""

import tempfile

import numpy as np
import pandas as pd
import pytest
from ase.calculators.calculator import Calculator, all_changes
from ase.calculators.emt import EMT
from pymatgen.core import Lattice, Structure

from builders.relaxations import AUCU3, GOLD_COPPER_PHASES, rattled, relaxed
from builders.settings import SECTIONS, changed
from ccdcgan.core.errors import InputError
from ccdcgan.core.journal import Journal
from ccdcgan.core.tables import write_table
from ccdcgan.crystals.potential import Calculators, static_energy
from ccdcgan.crystals.table import ATOMS, Crystals
from ccdcgan.crystals.worker import Worker
from ccdcgan.stability.outcomes import RELAXED
from ccdcgan.stability.relax import choose, element_energies, rank_crystals, relax_crystals


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


def test_a_hole_of_the_potential_is_a_row(emt_energies) -> None:
    """Elements whose energies lie far too high make any crystal look 3 eV/atom too stable."""
    shifted = {symbol: energy + 3 for symbol, energy in emt_energies.items()}
    rows = relaxed({"dcgan-000001": rattled()}, EMT(), shifted)
    assert "a hole of the potential" in rows["status"][0]
    assert rows.structures() == {}


def test_a_crystal_relaxes_into_its_phase(emt_energies) -> None:
    rows = relaxed({"dcgan-000001": rattled()}, EMT(), emt_energies)
    row, crystal = rows.table.iloc[0], rows.structure("dcgan-000001")
    own = [name for name in RELAXED if name != "duplicate_after"]
    assert list(rows.table.columns) == [*own, *ATOMS]
    assert row["status"] == "relaxed"
    assert 0 < row["steps"] < 100
    assert row["delta_formation_energy"] == pytest.approx(
        row["formation_energy_before"] - row["formation_energy_after"]
    )
    assert row["delta_formation_energy"] > 0
    # The formation energy against the definition, from the relaxed crystal itself.
    atoms = crystal.to_ase_atoms()
    atoms.calc = EMT()
    expected = atoms.get_potential_energy() / 4 - (emt_energies["Au"] + 3 * emt_energies["Cu"]) / 4
    assert row["formation_energy_after"] == pytest.approx(expected, abs=1e-6)
    assert 0.03 < row["rmsd"] < 0.15
    assert row["displacement"] == pytest.approx(row["rmsd"], rel=0.3)
    assert row["volume_ratio"] == pytest.approx(crystal.volume / AUCU3.volume, rel=1e-9)
    assert row["space_group_after"] == 221
    assert row["matches_after"] == "aucu3"


def test_too_few_steps_still_leave_an_energy(emt_energies) -> None:
    rows = relaxed({"a": rattled()}, EMT(), emt_energies, max_steps=2)
    assert rows["status"][0] == "not converged"
    assert np.isfinite(rows["formation_energy_after"][0])
    assert set(rows.structures()) == {"a"}


def test_what_explodes_is_a_row_and_spares_the_others(emt_energies) -> None:
    dense = Structure(Lattice.cubic(1.5), ["Cu", "Au"], [[0, 0, 0], [0.5, 0.5, 0.5]])
    rows = relaxed({"dense": dense, "good": rattled()}, EMT(), emt_energies)
    assert rows["status"][0].startswith("failed: 1.7 Å³/atom")
    assert np.isnan(rows["formation_energy_after"][0])
    assert rows["status"][1] == "relaxed"
    assert set(rows.structures()) == {"good"}


def test_a_potential_without_an_answer_is_a_row(emt_energies) -> None:
    rows = relaxed({"a": rattled()}, Exploding(), emt_energies)
    assert rows["status"][0].startswith("failed: ")
    assert np.isnan(rows["formation_energy_before"][0])
    assert np.isnan(rows["delta_formation_energy"][0])
    assert rows.structures() == {}


def test_a_crystal_that_ends_the_potential_is_a_row_and_spares_the_others(
    emt_energies, tmp_path
) -> None:
    name = "builders.deadly:make"
    potential = changed(SECTIONS.potential, name=name, arguments={"folder": str(tmp_path)})
    deadly = Structure(Lattice.cubic(5), ["Cu"] * 6, [[n / 6, n / 6, n / 3] for n in range(6)])
    rows = relax_crystals(
        Crystals.of_structures({"deadly": deadly, "good": rattled()}),
        Worker(potential, None, SECTIONS.hardware.relaxation),
        emt_energies,
        GOLD_COPPER_PHASES,
        Journal(tmp_path / "journal", {}),
        fmax=0.02,
        max_steps=100,
    )
    assert rows["status"].tolist() == [
        "failed: the potential ended 2 times: killed by SIGSEGV",
        "relaxed",
    ]
    alone = relaxed({"good": rattled()}, EMT(), emt_energies)
    assert rows["formation_energy_after"][1] == alone["formation_energy_after"][0]
    # It stands in the journal, and is not asked again.
    again = Journal(tmp_path / "journal", {}).values
    assert again["deadly"]["status"].startswith("failed: ")


def test_no_crystal_at_all_is_an_empty_table(emt_energies) -> None:
    rows = relaxed({}, EMT(), emt_energies)
    own = [name for name in RELAXED if name != "duplicate_after"]
    assert list(rows.table.columns) == [*own, *ATOMS]
    assert len(rows) == 0
    assert rows.structures() == {}


def test_the_draw_is_fair_repeatable_and_in_order() -> None:
    names = [f"dcgan-{n:06d}" for n in range(50)]
    novel = Crystals(pd.DataFrame({"id": names}))

    def draw(limit: int, seed: int, **shard: int) -> list[str]:
        return list(choose(novel, max_structures=limit, seed=seed, **shard))

    drawn = draw(10, 3)
    assert drawn == draw(10, 3)
    assert drawn == sorted(set(drawn)) and len(drawn) == 10
    assert drawn != draw(10, 4)
    assert draw(80, 3) == names
    other = Crystals(pd.DataFrame({"id": [f"ccdcgan-{n:06d}" for n in range(50)]}))
    same = choose(other, max_structures=10, seed=3)
    assert [name.replace("ccdcgan", "dcgan") for name in same] == drawn
    parts = [draw(10, 3, shard=shard, shards=3) for shard in range(3)]
    assert sorted(name for part in parts for name in part) == drawn
    assert [len(part) for part in parts] == [4, 3, 3]
    often = [draw(10, seed) for seed in range(400)]
    counts = [sum(name in draw for draw in often) for name in names]
    assert min(counts) > 50 and max(counts) < 110  # 80 expected, standard deviation 8


def test_a_crystal_of_an_element_without_energy_is_a_row(emt_energies) -> None:
    rows = relaxed({"a": rattled()}, EMT(), {"Cu": emt_energies["Cu"]})
    assert rows["status"][0] == "failed: no zero of energy, Au alone has none"
    assert rows.structures() == {}


def test_the_crystals_of_the_journal_are_not_done_again(emt_energies, tmp_path) -> None:
    one, both = ({name: rattled() for name in names} for names in ("a", "ab"))
    settings = {"fmax": 0.02, "max_steps": 3}
    path = tmp_path / "journal"
    relax_crystals(
        Crystals.of_structures(one),
        Calculators(EMT()),
        emt_energies,
        GOLD_COPPER_PHASES,
        Journal(path, {}),
        **settings,
    )
    # The calculator fails whatever it is given, so only what stands in the journal has an energy.
    journal = Journal(path, {})
    given = Crystals.of_structures(both)
    rows = relax_crystals(
        given, Calculators(Exploding()), emt_energies, GOLD_COPPER_PHASES, journal, **settings
    )
    assert list(rows["id"]) == ["a", "b"] and set(rows.structures()) == {"a"}
    assert rows["status"][0] == "not converged" and rows["status"][1].startswith("failed: ")


def test_energies_of_another_potential_are_refused(tmp_path) -> None:
    path = tmp_path / "elements.csv"
    table = pd.DataFrame({"element": ["Co"], "energy_per_atom": [-7.0], "potential": ["chgnet"]})
    write_table(path, table)
    assert element_energies(path, "chgnet") == {"Co": -7.0}
    with pytest.raises(InputError, match=r"elements\.csv: energies of 'chgnet', .*'7net-0'"):
        element_energies(path, "7net-0")


def test_the_lowest_above_the_known_hull_come_first_and_are_chosen(emt_energies) -> None:
    phases = GOLD_COPPER_PHASES.assign(source="local", chemical_system="Au-Cu")
    far = Structure(Lattice.cubic(3.6), ["Cu", "Au"], [[0, 0, 0], [0.5, 0.5, 0.5]])
    dense = Structure(Lattice.cubic(1.4), ["Cu", "Au"], [[0, 0, 0], [0.5, 0.5, 0.5]])
    novel = Crystals.of_structures({"a-0": far, "a-1": rattled(), "a-2": dense})
    ranked = rank_crystals(
        novel, Calculators(EMT()).energy, emt_energies, phases, corrections="none"
    )
    assert ranked["id"].tolist() == ["a-1", "a-0", "a-2"]
    assert np.isnan(ranked["e_above_known_hull"].iloc[2])
    energy = static_energy(rattled(), EMT()) - (emt_energies["Au"] + 3 * emt_energies["Cu"]) / 4
    # AuCu3 of the phases spans the hull at its own composition.
    assert ranked["e_above_known_hull"][0] == pytest.approx(energy + 0.05)
    best = choose(novel, ranked, max_structures=2, seed=None)
    assert list(best) == ["a-0", "a-1"]
    assert [
        list(choose(novel, ranked, shard=n, shards=2, max_structures=2, seed=None)) for n in (0, 1)
    ] == [["a-0"], ["a-1"]]


def test_a_crystal_that_ends_the_potential_stands_last_and_spares_the_others(
    emt_energies, tmp_path
) -> None:
    name = "builders.deadly:make"
    potential = changed(SECTIONS.potential, name=name, arguments={"folder": str(tmp_path)})
    worker = Worker(potential, None, SECTIONS.hardware.relaxation, energies_only=True)
    deadly = Structure(Lattice.cubic(5), ["Cu"] * 6, [[n / 6, n / 6, n / 3] for n in range(6)])
    novel = Crystals.of_structures({"a-deadly": deadly, "b-good": rattled()})
    phases = GOLD_COPPER_PHASES.assign(source="local", chemical_system="Au-Cu")
    ranked = rank_crystals(novel, worker.energy, emt_energies, phases, corrections="none")
    worker.close()
    assert ranked["id"].tolist() == ["b-good", "a-deadly"]
    assert ranked["formation_energy"].isna().tolist() == [False, True]
    expected = static_energy(rattled(), EMT()) - (emt_energies["Au"] + 3 * emt_energies["Cu"]) / 4
    assert ranked["formation_energy"][0] == expected


def test_a_hole_is_measured_from_the_phases_of_the_crystals_system(emt_energies) -> None:
    low = GOLD_COPPER_PHASES.assign(formation_energy_per_atom=-3.0)
    with tempfile.TemporaryDirectory() as folder:
        rows = relax_crystals(
            Crystals.of_structures({"a": rattled()}),
            Calculators(EMT()),
            {"Au": 2.5, "Cu": 2.5},
            low,
            Journal(f"{folder}/journal", {}),
            fmax=0.05,
            max_steps=50,
        )
    # 2.5 eV/atom below its elements: a hole, were no known phase of the system at -3.
    assert rows["status"][0] == "relaxed"
