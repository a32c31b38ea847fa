"""Hulls on energies of finished runs."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pymatgen.core import Lattice, Structure
from pymatgen.entries.compatibility import MaterialsProject2020Compatibility
from pymatgen.entries.computed_entries import ComputedStructureEntry
from pymatgen.io.ase import AseAtomsAdaptor

from builders import decks
from builders.decks import COO, molecule
from ccdcgan.core.tables import write_table
from ccdcgan.crystals.corrections import Corrections
from ccdcgan.crystals.table import Crystals, atoms_of
from ccdcgan.dft.energies import CALCULATIONS, dft_hulls, heading, read_energies
from ccdcgan.dft.hubbard import hubbard_note, hubbard_of
from ccdcgan.report.figures.hulls import hull_figure
from ccdcgan.report.figures.style import save

CELLS = {name: AseAtomsAdaptor.get_structure(cell) for name, cell in decks.CELLS.items()}
CELLS["Co"] = Structure.from_spacegroup(
    "P6_3/mmc", Lattice.hexagonal(2.5, 4.05), ["Co"], [[1 / 3, 2 / 3, 0.25]]
)
CELLS["Li2O"] = Structure.from_spacegroup(
    "Fm-3m", Lattice.cubic(4.6), ["Li", "O"], [[0.25] * 3, [0] * 3]
)
CELLS |= {"CoO": COO, "O2": molecule("O", 1.21)}


def finished_runs(folder: Path, energies: dict[str, float | None], **changes: str) -> list[str]:
    """A finished run of each cell (eV/atom; None: it failed), and the list of them."""
    calculations, files = [], []
    for name, energy in energies.items():
        crystal = name.removeprefix("new-")
        source = "ccdcgan" if name.startswith("new-") else "known"
        crystal = crystal.removesuffix("-2")
        formula = CELLS[crystal].composition.reduced_formula
        note = hubbard_note(hubbard_of(CELLS[crystal], "mp"))
        calculations.append((name, f"id-{name}", source, formula, 1, 0.0, note))
        row = {"id": name, "status": "failed: killed by signal 9", "attempts": 2}
        if energy is not None:
            row |= {"status": "converged", "energy_per_atom": energy, "engine": "GPAW 26.7.0"}
            row["max_force"] = 0.01
        row["functional"] = changes.get(name, "PBE")
        files.append(str(folder / f"{name}.parquet"))
        Crystals(pd.DataFrame([row | atoms_of(CELLS[crystal])])).write(files[-1], {})
    table = pd.DataFrame(calculations, columns=list(CALCULATIONS))
    write_table(folder / "calculations.csv", table)
    return files


def test_the_hull_on_dft_energies(tmp_path: Path) -> None:
    files = finished_runs(tmp_path, {"Li": -1.9, "Cd": -0.9, "LiCd": -1.65, "new-LiCd": -1.66})
    energies = read_energies(tmp_path / "calculations.csv", files, corrections="none")
    assert energies["formation_energy"].tolist() == pytest.approx([0, 0, -0.25, -0.26])
    assert energies["matches"].tolist() == ["", "", "", "id-LiCd"]
    hulls = dft_hulls("Cd-Li", energies, stable_below=0.0)
    rows = hulls.table.set_index("id")
    assert rows["e_above_known_hull"].to_dict() == pytest.approx(
        {"id-Li": 0, "id-Cd": 0, "id-LiCd": 0, "id-new-LiCd": -0.01}
    )
    save(hull_figure(hulls, ["ccdcgan"]), tmp_path / "hull.svg")
    assert "energies by GPAW 26.7.0, PBE<" in (tmp_path / "hull.svg").read_text()
    energies.table.loc[2, "status"] = "failed: killed by signal 9"
    assert heading(energies) == "GPAW 26.7.0, PBE (3 of 4 calculations)"


def test_the_lowest_polymorph_of_an_element_is_its_zero(tmp_path: Path) -> None:
    files = finished_runs(tmp_path, {"Li-2": -1.8, "Li": -1.9, "Cd": None, "Cd-2": -0.9})
    energies = read_energies(tmp_path / "calculations.csv", files, corrections="none")
    assert energies["formation_energy"].tolist() == pytest.approx([0.1, 0, np.nan, 0], nan_ok=True)
    hulls = dft_hulls("Cd-Li", energies, stable_below=0.0)
    assert hulls.reason == ""
    rows = hulls.table.set_index("id")["e_above_known_hull"]
    assert rows.to_dict() == pytest.approx({"id-Li-2": 0.1, "id-Li": 0, "id-Cd-2": 0})


def test_prototypes_stay_prototypes_on_the_hull(tmp_path: Path) -> None:
    files = finished_runs(tmp_path, {"Li": -1.9, "Cd": -0.9, "LiCd": -1.65})
    path = tmp_path / "calculations.csv"
    path.write_text(path.read_text().replace("known", "prototype"))
    hulls = dft_hulls("Cd-Li", read_energies(path, files, corrections="none"), stable_below=0.0)
    assert hulls.reason == ""
    assert set(hulls.table["source"]) == {"prototype"}
    assert (hulls.table["e_above_known_hull"] == 0).all()


OXIDES = {"Co": -7.0, "O2": -4.9, "Li": -1.9, "Li2O": -4.7, "CoO": -5.9, "new-CoO": -5.8}
WITH_U = {"CoO": "PBE+U", "new-CoO": "PBE+U"}


def test_energies_with_and_without_u_meet_corrected(tmp_path: Path) -> None:
    """Held against pymatgen's own processing of the same entries."""
    files = finished_runs(tmp_path, OXIDES, **WITH_U)
    energies = read_energies(tmp_path / "calculations.csv", files, corrections="mp2020")
    rows = energies.table.set_index("name")
    entries = []
    for name in OXIDES:
        structure = CELLS[name.removeprefix("new-")]
        with_u = name in WITH_U
        parameters = {
            "run_type": "GGA+U" if with_u else "GGA",
            "is_hubbard": with_u,
            "hubbards": {"Co": 3.32, "O": 0.0} if with_u else {},
        }
        entries.append(
            ComputedStructureEntry(
                structure, OXIDES[name] * len(structure), parameters=parameters, entry_id=name
            )
        )
    processed = MaterialsProject2020Compatibility(check_potcar=False).process_entries(entries)
    theirs = {entry.entry_id: entry.correction_per_atom for entry in processed}
    assert rows["correction"].to_dict() == pytest.approx(theirs)
    assert rows.loc["CoO", "correction"] < rows.loc["Li2O", "correction"] < 0
    assert (rows.loc[["Co", "O2", "Li"], "correction"] == 0).all()
    assert rows.loc["CoO", "energy_per_atom"] == -5.9
    expected = -5.9 + theirs["CoO"] - (-7.0 - 4.9) / 2
    assert rows.loc["CoO", "formation_energy"] == pytest.approx(expected)
    hulls = dft_hulls("Co-Li-O", energies, stable_below=0.0)
    assert hulls.reason == ""
    above = hulls.table.set_index("id")["e_above_known_hull"]
    assert above["id-CoO"] == pytest.approx(0) and above["id-new-CoO"] == pytest.approx(0.1)
    assert heading(energies) == "GPAW 26.7.0, PBE and PBE+U, MP2020 corrections"


@pytest.mark.parametrize(
    ("corrections", "changes", "reason"),
    [
        ("none", WITH_U, "GPAW 26.7.0, PBE and GPAW 26.7.0, PBE+U, which do not mix unless dft.c"),
        ("mp2020", {}, "do not hold for CoO (of PBE, not PBE+U), new-CoO (of PBE, not PBE+U)"),
        ("mp2020", WITH_U | {"Li": "PBEsol"}, "do not hold for Li (of PBEsol, not PBE)"),
        ("mp2020", WITH_U | {"Li2O": "PBE+U"}, "do not hold for Li2O (of PBE+U, not PBE)"),
    ],
)
def test_what_corrections_do_not_bring_together_is_on_no_hull(
    tmp_path: Path, corrections: Corrections, changes: dict[str, str], reason: str
) -> None:
    files = finished_runs(tmp_path, OXIDES, **changes)
    energies = read_energies(tmp_path / "calculations.csv", files, corrections=corrections)
    hulls = dft_hulls("Co-Li-O", energies, stable_below=0.0)
    assert hulls.known is None and reason in hulls.reason and "\n" not in hulls.reason
    assert hulls.table["e_above_known_hull"].isna().all()


def test_without_u_anywhere_uncorrected_oxides_share_a_hull(tmp_path: Path) -> None:
    files = finished_runs(tmp_path, OXIDES)
    energies = read_energies(tmp_path / "calculations.csv", files, corrections="none")
    assert dft_hulls("Co-Li-O", energies, stable_below=0.0).reason == ""
    assert (energies["correction"] == 0).all()
    assert heading(energies) == "GPAW 26.7.0, PBE"


@pytest.mark.parametrize(
    ("energies", "changes", "reason"),
    [
        (
            {"Li": -1.9, "Cd": None, "LiCd": -1.65},
            {},
            "no hull: no energy of Cd (failed: killed by signal 9)",
        ),
        ({"Li": -1.9}, {}, "no hull: no energy of Cd (no known phase among the data)"),
        ({"Li": None}, {}, "no hull: no energy of Cd (no known"),
        ({"Li": -1.9, "Cd": -0.9, "LiCd": -1.65}, {"LiCd": "PBE+U"}, "which do not mix"),
    ],
)
def test_no_hull_has_a_reason(
    tmp_path: Path, energies: dict[str, float | None], changes: dict[str, str], reason: str
) -> None:
    files = finished_runs(tmp_path, energies, **changes)
    table = read_energies(tmp_path / "calculations.csv", files, corrections="none")
    assert set(table.structures()) == {f"id-{name}" for name, e in energies.items() if e}
    hulls = dft_hulls("Cd-Li", table, stable_below=0.0)
    assert hulls.known is None and reason in hulls.reason
    assert hulls.table["e_above_known_hull"].isna().all()
    save(hull_figure(hulls, ["ccdcgan"]), tmp_path / "hull.svg")
    assert "no hull" in (tmp_path / "hull.svg").read_text()
