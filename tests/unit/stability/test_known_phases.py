"""Known phases by the potential of the run, with ASE's fast effective-medium potential."""

from pathlib import Path

import pandas as pd
import pytest
from ase.calculators.emt import EMT
from pymatgen.core import Lattice, Structure

from ccdcgan.core.journal import Journal
from ccdcgan.core.settings.potential import PotentialSettings
from ccdcgan.core.tables import write_table
from ccdcgan.crystals.compact import pack, write_compact
from ccdcgan.crystals.potential import package_of, static_energy
from ccdcgan.crystals.table import Crystals, from_structure
from ccdcgan.data.formation_energies import element_references
from ccdcgan.data.labelling import relaxer
from ccdcgan.stability.hull import build_hulls
from ccdcgan.stability.known_phases import (
    compared_phases,
    compound_candidates,
    is_known,
    of_shard,
    read_known_phases,
    read_table_of_known,
    relax_elements,
    relax_known_phases,
    static_energies,
)

CORNER_AND_FACES = [[0, 0, 0], [0, 0.5, 0.5]]


def row(name: str, structure: Structure, energy: float, **changes: object) -> dict[str, object]:
    return {
        "id": name,
        **from_structure(structure),
        "kind": "phase",
        "split": "train",
        "energy_scheme": "PBE",
        "provenance": "file.parquet",
        "formation_energy_per_atom": energy,
    } | changes


L12 = Structure.from_spacegroup("Pm-3m", Lattice.cubic(3.75), ["Au", "Cu"], CORNER_AND_FACES)
B2 = Structure(Lattice.cubic(2.9), ["Cu", "Zn"], [[0, 0, 0], [0.5, 0.5, 0.5]])
COPPER = Structure.from_spacegroup("Fm-3m", Lattice.cubic(3.6), ["Cu"], [[0, 0, 0]])
DATA = Crystals(
    pd.DataFrame(
        [
            row("aucu3", L12, -0.05),
            row("cu", COPPER.get_primitive_structure(), 0.0),
            row("strained", L12, 0.0, kind="copy"),
            row("brass", B2, -0.1),  # of another system, and EMT knows no zinc
        ]
    )
)
POTENTIAL = PotentialSettings(
    name="ase.calculators.emt:EMT", arguments={}, fmax=0.01, max_steps=100
)


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


def table_of_known(**structures: Structure) -> Crystals:
    """Phases of the table of known ones."""
    made = Crystals.of_structures({f"mp-{name}": one for name, one in structures.items()})
    return made.assign(kind="phase", split="", source="known_phases", provenance="known.parquet")


def test_candidates_are_the_compounds_of_the_data_and_of_the_table() -> None:
    other = table_of_known(b2=Structure(Lattice.cubic(3.0), ["Au", "Cu"], [[0] * 3, [0.5] * 3]))
    assert list(compound_candidates(DATA, ["Au-Cu"])) == ["aucu3"]
    assert list(compound_candidates(DATA, ["Au-Cu", "Cu-Zn"])) == ["aucu3", "brass"]
    assert list(compound_candidates(DATA, ["Au-Cu"], other)) == ["aucu3", "mp-b2"]
    assert list(compound_candidates(DATA, ["Cu-Zn"], other)) == ["brass"]
    assert list(compound_candidates(DATA, [])) == []


def test_a_phase_of_the_table_that_the_data_have_stands_there_once() -> None:
    equal = table_of_known(aucu3=Structure(L12.lattice.scale(54), L12.species, L12.frac_coords))
    prototypes = DATA.assign(source="prototypes")
    found = compound_candidates(prototypes, ["Au-Cu", "Cu-Zn"], equal)
    assert list(found) == ["aucu3", "brass"]
    assert found["known_as"].tolist() == ["mp-aucu3", ""]
    # A prototype that equals a known phase is one; any other is not.
    assert is_known(found).tolist() == [True, False]
    assert is_known(DATA.assign(source="local")).all()


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


def test_static_energies_are_taken_from_a_table_of_the_same_potential(tmp_path) -> None:
    path = tmp_path / "known.parquet"
    rows = pd.DataFrame([{"id": "mp-1", **pack(L12), "energy_per_atom": -1.25}])
    version = package_of("ase.calculators.emt:EMT")
    write_compact(path, rows, {"potential": "emt", "version": version})
    crystals = Crystals.join([read_table_of_known(path), DATA.take(["brass"])])
    given = (crystals, path, lambda structure: 7.0, "emt")
    assert static_energies(*given, version).tolist() == [-1.25, 7.0]
    # Energies of another version, or of another potential, are computed.
    assert static_energies(*given, "ase 0").tolist() == [7.0, 7.0]
    assert static_energies(*given[:3], "chgnet", version).tolist() == [7.0, 7.0]
    assert static_energies(crystals, None, given[2], "emt", version).tolist() == [7.0, 7.0]


def test_crystals_are_compared_with_the_data_and_the_table(tmp_path) -> None:
    path = tmp_path / "known.parquet"
    rows = [{"id": name, **pack(one)} for name, one in (("cu", COPPER), ("mp-2", L12), ("z", B2))]
    write_compact(path, pd.DataFrame(rows), {})
    formula = L12.composition.reduced_formula
    found = compared_phases(DATA, path, formulas=[formula, "Cu"])
    # Copper stands in both under one id, brass is of another formula.
    assert list(found) == ["aucu3", "cu", "strained", "mp-2"]
    assert found.table.set_index("id")["kind"]["mp-2"] == "phase"
    assert list(compared_phases(DATA, None, formulas=[formula])) == ["aucu3", "strained"]
    within = compared_phases(DATA.phases(), path, systems=["Au-Cu"])
    assert list(within) == ["aucu3", "cu", "mp-2"]


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


def hull(folder: Path, reference: str, path: Path):
    write_table(folder / "e.csv", pd.DataFrame([{"potential": "emt", "version": "ase 3"}]))
    known = read_known_phases(
        [path, path], potential="emt", reference=reference, elements=folder / "e.csv"
    )
    found = pd.DataFrame(
        [
            {
                "id": "dcgan-000000",
                "formula": "AuCu",
                "chemical_system": "Au-Cu",
                "space_group_after": 221,
                "status": "relaxed",
                "formation_energy_after": -0.3,
                "matches_after": "aucu3",
            }
        ]
    )
    screened = {"dcgan": Crystals(pd.DataFrame({"id": ["dcgan-000000"], "matches": [""]}))}
    return build_hulls("Au-Cu", known, screened, {"dcgan": Crystals(found)}, stable_below=0.0)


def test_energies_of_two_schemes_never_meet_on_a_hull(elements, tmp_path) -> None:
    path = tmp_path / "structures.parquet"
    gold = row("au", COPPER.copy(), 0.0, provenance="file.parquet; renamed from 'my gold'")
    gold |= from_structure(Structure(COPPER.lattice, ["Au"] * 4, COPPER.frac_coords))
    mixed = pd.concat([pd.DataFrame([*DATA.rows(), gold]), elements.table])
    Crystals(mixed.drop_duplicates("id")).write(path, {})
    by_source = hull(tmp_path, "source", path)
    assert set(by_source.table["id"]) == {"aucu3", "cu", "au"}
    assert by_source.energies == "PBE (file.parquet)"
    assert by_source.note == "without the generated crystals, whose energies are by emt"
    assert by_source.known is not None
    # What the crystals found again does not depend on energies.
    assert by_source.table.set_index("id")["found_by"]["aucu3"] == "dcgan"

    elements.write(path, {})
    by_potential = hull(tmp_path, "potential", path)
    assert "dcgan-000000" in set(by_potential.table["id"]) and by_potential.note == ""
    assert by_potential.energies == "emt (ase 3)"
    assert set(by_potential.table["source"]) == {"known", "dcgan"}


def test_a_shard_holds_all_crystals_of_its_systems() -> None:
    made = Crystals.of_structures({"a": L12, "b": B2, "c": COPPER, "d": L12})
    # Systems in their order: Au-Cu and Cu-Zn in the first shard with every other one, Cu between.
    parts = [set(of_shard(made, shard, 2)) for shard in (0, 1)]
    assert parts[0] | parts[1] == {"a", "b", "c", "d"} and not parts[0] & parts[1]
    assert {"a", "d"} <= parts[0]
