"""Hulls on energies of finished runs."""

from pathlib import Path

import pandas as pd
import pytest
from pymatgen.io.ase import AseAtomsAdaptor

from builders.decks import CELLS
from ccdcgan.core.tables import write_table
from ccdcgan.crystals.table import Crystals, atoms_of
from ccdcgan.dft.energies import CALCULATIONS, dft_hulls, heading, read_energies
from ccdcgan.report.figures.hulls import hull_figure
from ccdcgan.report.figures.style import save


def finished_runs(folder: Path, energies: dict[str, float | None], **changes: str) -> list[str]:
    """A finished run of each cell (eV/atom; None: it failed), and the list of them."""
    calculations, files = [], []
    for name, energy in energies.items():
        crystal = name.removeprefix("new-")
        source = "ccdcgan" if name.startswith("new-") else "known"
        calculations.append((name, f"id-{name}", source, crystal, 1, 0.0))
        row = {"id": name, "status": "failed: killed by signal 9", "attempts": 2}
        atoms = AseAtomsAdaptor.get_structure(CELLS[crystal])
        if energy is not None:
            row |= {"status": "converged", "energy_per_atom": energy, "engine": "GPAW 26.7.0"}
            row["max_force"] = 0.01
        row["functional"] = changes.get(name, "PBE")
        files.append(str(folder / f"{name}.parquet"))
        Crystals(pd.DataFrame([row | atoms_of(atoms)])).write(files[-1], {})
    table = pd.DataFrame(calculations, columns=list(CALCULATIONS))
    write_table(folder / "calculations.csv", table)
    return files


def test_the_hull_on_dft_energies(tmp_path: Path) -> None:
    files = finished_runs(tmp_path, {"Li": -1.9, "Cd": -0.9, "LiCd": -1.65, "new-LiCd": -1.66})
    energies = read_energies(tmp_path / "calculations.csv", files)
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
    table = read_energies(tmp_path / "calculations.csv", files)
    assert set(table.structures()) == {f"id-{name}" for name, e in energies.items() if e}
    hulls = dft_hulls("Cd-Li", table, stable_below=0.0)
    assert hulls.known is None and reason in hulls.reason
    assert hulls.table["e_above_known_hull"].isna().all()
    save(hull_figure(hulls, ["ccdcgan"]), tmp_path / "hull.svg")
    assert "no hull" in (tmp_path / "hull.svg").read_text()
