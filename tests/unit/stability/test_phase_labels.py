"""Known phases by the potential of the run, with ASE's fast effective-medium potential."""

from pathlib import Path

import pandas as pd
import pytest
from ase.calculators.emt import EMT
from pymatgen.core import Lattice, Structure

from builders.phases import DATA, POTENTIAL, row, table_of_known
from ccdcgan.core.journal import Journal
from ccdcgan.crystals.potential import static_energy
from ccdcgan.crystals.table import Crystals
from ccdcgan.data.formation_energies import element_references
from ccdcgan.data.labelling import relaxer
from ccdcgan.stability.phase_labels import relax_elements, relax_known_phases


@pytest.fixture(scope="module")
def elements(tmp_path_factory: pytest.TempPathFactory) -> Crystals:
    journal = Journal(tmp_path_factory.mktemp("elements") / "journal", {})
    return relax_elements(DATA, ["Au-Cu"], relaxer(POTENTIAL, journal), "emt")


def phases_of(systems: list[str], elements: Crystals, folder: Path) -> pd.DataFrame:
    relax = relaxer(POTENTIAL, Journal(folder / "journal", {}))
    return relax_known_phases(DATA, elements, relax, "emt", systems=systems).table


def test_a_missing_element_is_computed_and_one_of_the_data_is_kept(elements) -> None:
    table = elements.table.set_index("id")
    # Copper of the data, not its equal among the shipped ones; gold is only shipped.
    assert table.loc["cu", "dropped"] == "" and table.loc["cu", "split"] == "train"
    assert not table.index.str.startswith("Cu-").all()
    gold = table[table["chemical_system"] == "Au"]
    assert len(gold) and gold.index.str.startswith("Au-MP-PBE").all()
    assert set(gold["split"]) == {""}
    zeros = element_references([elements.table]).set_index("element")["energy_per_atom"]
    # EMT's zero is the f.c.c. crystal.
    assert zeros[["Au", "Cu"]].abs().max() < 0.02
    assert elements.table.groupby("chemical_system")["formation_energy_per_atom"].min()["Au"] == 0


def test_an_element_that_the_potential_does_not_know_has_no_energy(elements) -> None:
    zinc = elements.where(elements["chemical_system"] == "Zn")
    assert len(zinc) and zinc["dropped"].str.startswith("relaxation failed").all()
    assert "Zn" not in set(element_references([elements.table])["element"])


def test_compounds_get_energies_by_the_potential(elements, tmp_path) -> None:
    table = phases_of(["Au-Cu"], elements, tmp_path)
    assert set(table["chemical_system"]) == {"Au", "Cu", "Au-Cu"}
    (phase,) = table[table["chemical_system"] == "Au-Cu"].to_dict("records")
    assert phase["id"] == "aucu3"
    zeros = element_references([elements.table]).set_index("element")["energy_per_atom"]
    atoms = Structure(
        Lattice(phase["lattice"]),
        phase["species"],
        [phase["frac_coords"][n : n + 3] for n in (0, 3, 6, 9)],
    ).to_ase_atoms()
    atoms.calc = EMT()
    expected = atoms.get_potential_energy() / 4 - 0.25 * zeros["Au"] - 0.75 * zeros["Cu"]
    assert phase["formation_energy_per_atom"] == pytest.approx(expected, abs=1e-5)
    scheme = phase["energy_scheme"]
    assert (scheme, phase["split"], phase["kind"]) == ("emt", "train", "phase")


def test_a_compound_without_a_zero_has_no_energy(elements, tmp_path) -> None:
    table = phases_of(["Cu-Zn"], elements, tmp_path).set_index("id")
    assert table.loc["brass", "dropped"]
    assert pd.isna(table.loc["brass", "formation_energy_per_atom"])


def test_phases_far_above_the_static_hull_are_left_out(elements, tmp_path) -> None:
    far = Structure(Lattice.cubic(3.6), ["Au", "Cu"], [[0, 0, 0], [0.5, 0.5, 0.5]])
    relax = relaxer(POTENTIAL, Journal(tmp_path / "journal", {}))
    calculator = EMT()

    def energies(crystals: Crystals) -> pd.Series:
        return pd.Series([static_energy(one, calculator) for _, one in crystals.items()])

    found = relax_known_phases(
        DATA,
        elements,
        relax,
        "emt",
        systems=["Au-Cu"],
        table=table_of_known(far=far),
        energies=energies,
        max_above=0.05,
    )
    compounds = found.where(found["chemical_system"] == "Au-Cu")
    assert list(compounds) == ["aucu3"]


def test_corrections_are_a_part_of_the_formation_energies(tmp_path) -> None:
    oxide = Structure.from_spacegroup(
        "Fm-3m", Lattice.cubic(4.3), ["Cu", "O"], [[0, 0, 0], [0.5, 0.5, 0.5]]
    )
    gas = Structure(Lattice.cubic(8), ["O", "O"], [[0, 0, 0], [0.15, 0, 0]])
    data = Crystals(pd.DataFrame([*DATA.rows(), row("cuo", oxide, -0.5), row("o2", gas, 0.0)]))
    found = {}
    for corrections in ("none", "mp2020"):
        relax = relaxer(POTENTIAL, Journal(tmp_path / corrections, {}))
        ends = relax_elements(data, ["Cu-O"], relax, "emt", corrections=corrections)
        phases = relax_known_phases(
            data, ends, relax, "emt", systems=["Cu-O"], corrections=corrections
        ).table.set_index("id")
        assert phases.loc["o2", "correction"] == 0
        found[corrections] = phases.loc["cuo"]
    change = (
        found["mp2020"]["formation_energy_per_atom"] - found["none"]["formation_energy_per_atom"]
    )
    assert change == pytest.approx(-0.687 / 2) == found["mp2020"]["correction"]
    assert found["mp2020"]["energy_scheme"] == "emt, MP2020 corrections"
