"""Files of structures of every kind, and what reading them gives."""

import tempfile
import zipfile
from pathlib import Path
from typing import Any

import ase.db
import ase.io
import numpy as np
import pandas as pd
from hypothesis import HealthCheck
from hypothesis import settings as trying
from monty.serialization import dumpfn
from pymatgen.core import Lattice, Structure
from pymatgen.entries.computed_entries import ComputedStructureEntry
from pymatgen.io.ase import AseAtomsAdaptor

from builders.settings import changed
from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.limits import USUAL
from ccdcgan.data.sources.local import read_local
from ccdcgan.data.sources.records import ID

CRYSTALS = {
    "salt": Structure(Lattice.cubic(3.9), ["Na", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]]),
    "skew": Structure(
        Lattice.from_parameters(3, 4, 5, 80, 95, 110),
        ["Fe", "O", "O"],
        [[0.1, 0.2, 0.3]] * 1 + [[0.5, 0.1, 0.9], [0.7, 0.6, 0.4]],
    ),
}
PROPERTIES = ("formation_energy_per_atom", "band_gap")
VALUES = {"salt": (-2.1, 5.0), "skew": (-1.0, float("nan"))}
ROWS = [
    {"id": name, "formation_energy_per_atom": values[0], "gap": values[1]}
    for name, values in VALUES.items()
]
COLUMNS = {"band_gap": "gap"}


def write_parquet(folder: Path) -> Path:
    rows = [
        row
        | {
            "lattice": list(CRYSTALS[row["id"]].lattice.parameters),
            "species": [site.specie.symbol for site in CRYSTALS[row["id"]]],
            "frac_coords": CRYSTALS[row["id"]].frac_coords.tolist(),
        }
        for row in ROWS
    ]
    pd.DataFrame(rows).to_parquet(folder / "s.parquet")
    return folder / "s.parquet"


def write_cifs(folder: Path) -> Path:
    target = folder / "cifs"
    target.mkdir()
    for name, crystal in CRYSTALS.items():
        crystal.to(str(target / f"{name}.cif"))
    pd.DataFrame(ROWS).to_csv(target / "properties.csv", index=False)
    return target


def write_zip(folder: Path) -> Path:
    source = write_cifs(folder)
    with zipfile.ZipFile(folder / "s.zip", "w") as archive:
        for file in source.iterdir():
            archive.write(file, f"inside/{file.name}")
    return folder / "s.zip"


def write_csv(folder: Path) -> Path:
    units = {"formation_energy_per_atom": "formation_energy_per_atom (eV/atom)", "gap": "gap (eV)"}
    rows = [row | {"cif": CRYSTALS[row["id"]].to(fmt="cif")} for row in ROWS]
    pd.DataFrame(rows).rename(columns=units).to_csv(folder / "s.csv", index=False)
    return folder / "s.csv"


def _images() -> list[Any]:
    images = []
    for row in ROWS:
        atoms = AseAtomsAdaptor.get_atoms(CRYSTALS[row["id"]], msonable=False)
        atoms.info = dict(row)
        images.append(atoms)
    return images


def write_extxyz(folder: Path) -> Path:
    ase.io.write(folder / "s.extxyz", _images())
    return folder / "s.extxyz"


def write_database(folder: Path) -> Path:
    with ase.db.connect(folder / "s.db") as database:
        for atoms in _images():
            values = {key: value for key, value in atoms.info.items() if value == value}
            values["name"] = values.pop("id")
            database.write(atoms, key_value_pairs=values)
    return folder / "s.db"


def write_json(folder: Path) -> Path:
    rows = [row | {"structure": CRYSTALS[row["id"]]} for row in ROWS]
    dumpfn(rows, folder / "s.json.gz")
    return folder / "s.json.gz"


def write_entries(folder: Path) -> Path:
    entries = [
        ComputedStructureEntry(CRYSTALS[row["id"]], -1.0, data=row, entry_id=row["id"])
        for row in ROWS
    ]
    dumpfn(entries, folder / "e.json")
    return folder / "e.json"


def reasons_of(path: Path, **limits: int) -> list[str]:
    """Read a file, and return why each of its rows is dropped."""
    table = read_local(str(path), PROPERTIES, {}, "PBE", changed(USUAL, **limits))
    return table["dropped"].tolist()


NAMED = {"@module": "pymatgen.io.vasp.inputs", "@class": "Kpoints", "comment": "made"}
FUZZ = trying(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def holds(kind: str, content: bytes) -> None:
    """Read a file, and check that crystals, rows with reasons or one line come out."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"x.{kind}"
        path.write_bytes(content)
        try:
            table = read_local(
                folder if kind == "cif" else str(path),
                PROPERTIES,
                {},
                "PBE",
                changed(USUAL, file=10, entry=1, structures=100, atoms=50, depth=20),
            )
        except InputError as error:
            line = str(error)
            assert "\n" not in line
            assert f"x.{kind}" in line or "no structure at all came in" in line, line
            return
    assert len(table)
    assert table["id"].map(lambda name: bool(ID.fullmatch(name))).all()
    for row in table.to_dict("records"):
        assert "\n" not in row["dropped"]
        if not row["dropped"]:
            assert 0 < row["num_sites"] == len(row["species"]) <= 50
            assert np.isfinite(row["lattice"]).all() and np.isfinite(row["frac_coords"]).all()
        for name in PROPERTIES:
            assert not np.isinf(row[name])
