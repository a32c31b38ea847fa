"""Extended XYZ and ASE databases: nothing that they name is made, and no row ends a run."""

import sqlite3
from pathlib import Path
from typing import Any

import ase.db
import ase.io
import pytest
from pymatgen.io.ase import AseAtomsAdaptor

from builders.local import CRYSTALS, NAMED, PROPERTIES, reasons_of, write_database
from ccdcgan.core.errors import InputError
from ccdcgan.data.sources.local import read_local


@pytest.mark.parametrize("suffix", ["extxyz", "db"])
def test_no_class_that_ase_could_make_is_made(
    suffix: str, made: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ase.constraints, "dict2constraint", made.append)
    atoms = AseAtomsAdaptor.get_atoms(CRYSTALS["salt"], msonable=False)
    atoms.set_constraint(ase.constraints.FixAtoms([0]))
    path = tmp_path / f"x.{suffix}"
    if suffix == "db":
        with ase.db.connect(path) as database:
            database.write(atoms, data={"note": NAMED})
    else:
        atoms.info = {"note": NAMED}
        ase.io.write(path, atoms)
    table = read_local(str(path), PROPERTIES, {}, "PBE")
    assert table["dropped"].tolist() == [""]
    assert made == []


def test_an_image_that_says_it_has_endless_atoms_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "x.extxyz"
    path.write_text('999999999999\nLattice="1 0 0 0 1 0 0 0 1"\nNa 0 0 0\n')
    with pytest.raises(InputError, match=r"x\.extxyz: damaged after 0 images \(it ends before"):
        reasons_of(path)
    path.write_text("-3\n\n")
    with pytest.raises(InputError, match="-3 atoms"):
        reasons_of(path)
    wide = "Properties=species:S:1:pos:R:3:x:R:99999999999"
    good = 'Lattice="3 0 0 0 3 0 0 0 3" Properties=species:S:1:pos:R:3'
    path.write_text(f"1\n{wide}\nNa 0 0 0\n1\n{good}\nNa 0 0 0\n")
    first, second = reasons_of(path)
    assert "99999999999 numbers an atom" in first and second == ""


def test_a_database_that_is_a_program_is_refused(tmp_path: Path) -> None:
    """A view may count without end."""
    path = write_database(tmp_path)
    with sqlite3.connect(path) as database:
        database.execute("ALTER TABLE systems RENAME TO other")
        database.execute(
            "CREATE VIEW systems AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x FROM n) "
            "SELECT other.* FROM other, n"
        )
    with pytest.raises(InputError, match=r"s\.db: not a readable ASE database .*views"):
        read_local(str(path), PROPERTIES, {}, "PBE")
