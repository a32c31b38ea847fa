"""Which phases crystals compete with, by ASE's fast EMT potential and a table of its own."""

import pandas as pd
import pytest
from pymatgen.core import Lattice, Structure

from builders.phases import B2, COPPER, L12
from builders.settings import SECTIONS
from ccdcgan.core.journal import Journal
from ccdcgan.core.settings.potential import PotentialSettings
from ccdcgan.crystals.compact import pack, write_compact
from ccdcgan.crystals.table import Crystals
from ccdcgan.stability.competing import Judge, of_shard
from ccdcgan.stability.hull import build_hulls
from ccdcgan.stability.known_phases import read_known_phases

FACES = [[0, 0, 0], [0, 0.5, 0.5]]
TABLE = {
    "mp-au": Structure.from_spacegroup("Fm-3m", Lattice.cubic(4.05), ["Au"], [[0, 0, 0]]),
    "mp-au-bcc": Structure(Lattice.cubic(3.9), ["Au"] * 2, [[0, 0, 0], [0.5, 0.5, 0.1]]),
    "mp-cu": Structure.from_spacegroup("Fm-3m", Lattice.cubic(3.6), ["Cu"], [[0, 0, 0]]),
    "mp-aucu3": Structure.from_spacegroup("Pm-3m", Lattice.cubic(3.75), ["Au", "Cu"], FACES),
    "mp-far": Structure(Lattice.cubic(3.6), ["Au", "Cu"], [[0, 0, 0], [0.5, 0.5, 0.5]]),
}
POTENTIAL = PotentialSettings(
    name="ase.calculators.emt:EMT", arguments={}, fmax=0.02, max_steps=100
)
PROTOTYPE = Structure.from_spacegroup("Pm-3m", Lattice.cubic(3.95), ["Cu", "Au"], FACES)


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    folder = tmp_path_factory.mktemp("judge")
    rows = pd.DataFrame([{"id": name, **pack(one)} for name, one in TABLE.items()])
    write_compact(folder / "known.parquet", rows, {})
    data = Crystals.of_structures({"au3cu": PROTOTYPE}).assign(
        kind="phase", split="train", source="prototypes", provenance="L1_2"
    )
    judge = Judge.load(
        POTENTIAL.model_dump(),
        Journal(folder / "journal", {}),
        folder / "known.parquet",
        max_above_hull=0.05,
        chosen_by=None,
        corrections="mp2020",
    )
    elements = judge.relax_elements(data, ["Au-Cu"])
    return folder, judge.relax_known_phases(data, elements, ["Au-Cu"])


def test_phases_of_the_table_near_the_hull_are_relaxed_and_no_others(judged):
    _, phases = judged
    assert {"mp-cu", "mp-aucu3"} <= set(phases)
    assert not {"mp-far", "mp-au-bcc"} & set(phases)
    assert (phases["dropped"] == "").all()
    assert phases["formation_energy_per_atom"].notna().all()


def test_a_prototype_competes_under_its_own_name(judged):
    folder, phases = judged
    phases.write(folder / "phases.parquet", {})
    known = read_known_phases(
        [folder / "phases.parquet"],
        potential="ase.calculators.emt:EMT",
        reference="potential",
        corrections="mp2020",
    )
    hulls = build_hulls("Au-Cu", known, {}, {}, stable_below=0.0)
    sources = dict(zip(hulls.table["id"], hulls.table["source"], strict=True))
    assert sources["mp-aucu3"] == "known" and sources["au3cu"] == "prototype"
    # It spans no known hull, but the redefined one where it lies low enough.
    row = hulls.table.set_index("id").loc["au3cu"]
    assert row["on_redefined_hull"] == (row["e_above_known_hull"] < 1e-6)
    assert "MP2020 corrections" in hulls.energies


def test_a_phase_that_ends_the_potential_has_no_static_energy_and_spares_the_others(tmp_path):
    potential = POTENTIAL.model_copy(
        update={"name": "builders.deadly:make", "arguments": {"folder": str(tmp_path)}}
    )
    judge = Judge.load(
        potential.model_dump(),
        Journal(tmp_path / "journal", {}),
        None,
        limits=SECTIONS.hardware.relaxation,
        max_above_hull=0.05,
        chosen_by=None,
        corrections="none",
    )
    deadly = Structure(Lattice.cubic(5), ["Cu"] * 6, [[n / 6, n / 6, n / 3] for n in range(6)])
    found = judge.energies(Crystals.of_structures({"deadly": deadly, "copper": COPPER}))
    assert found.isna().tolist() == [True, False]
    # Its process does not outlive it: the job's memory is for the one that relaxes.
    assert judge._calculators._process is None


def test_a_shard_holds_all_crystals_of_its_systems() -> None:
    made = Crystals.of_structures({"a": L12, "b": B2, "c": COPPER, "d": L12})
    # Systems in their order: Au-Cu and Cu-Zn in the first shard with every other one, Cu between.
    parts = [set(of_shard(made, shard, 2)) for shard in (0, 1)]
    assert parts[0] | parts[1] == {"a", "b", "c", "d"} and not parts[0] & parts[1]
    assert {"a", "d"} <= parts[0]
