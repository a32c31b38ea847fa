"""Crystals and their rows on disk: extended XYZ files, CSV tables and zip archives."""

import zipfile
from collections.abc import Iterable, Mapping, Sequence
from os import PathLike
from pathlib import Path

import ase.io
import pandas as pd
from pymatgen.core import Structure
from pymatgen.io.ase import AseAtomsAdaptor

from ccdcgan.artifacts import atomic
from ccdcgan.errors import InputError

EPOCH = (1980, 1, 1, 0, 0, 0)  # of every file in an archive, so that equal archives are equal


def write_crystals(path: str | PathLike[str], crystals: Mapping[str, Structure]) -> None:
    """Write crystals by id as extended XYZ, atomically; the id stands in each comment line."""
    images = []
    for name, crystal in crystals.items():
        atoms = AseAtomsAdaptor.get_atoms(crystal, msonable=False)
        atoms.info = {"id": name}
        images.append(atoms)
    with atomic(path) as temporary:
        if images:
            ase.io.write(temporary, images, format="extxyz", columns=["symbols", "positions"])
        else:
            temporary.touch()


def read_crystals(path: str | PathLike[str]) -> dict[str, Structure]:
    """Crystals by id; `InputError` for a damaged file, a crystal without id or a repeated id."""
    crystals: dict[str, Structure] = {}
    if not Path(path).stat().st_size:
        return crystals
    try:
        images = ase.io.read(Path(path), index=":", format="extxyz")
    except FileNotFoundError:
        raise
    except Exception as error:  # ASE's parser raises many kinds for a damaged file
        reason = " ".join(str(error).split())
        raise InputError(f"{path}: damaged extended XYZ ({reason}); make the file again") from None
    for number, atoms in enumerate(images):
        name = atoms.info.get("id")
        if not isinstance(name, str):
            raise InputError(f"{path}: crystal {number} has no id; make the file again")
        if name in crystals:
            raise InputError(f"{path}: id {name!r} stands twice; ids must differ")
        atoms.info = {}
        crystals[name] = Structure.from_sites(AseAtomsAdaptor.get_structure(atoms).sites)
    return crystals


def write_table(path: str | PathLike[str], table: pd.DataFrame) -> None:
    """Write a table as CSV, atomically."""
    with atomic(path) as temporary:
        table.to_csv(temporary, index=False)


def write_zip(path: str | PathLike[str], files: Iterable[tuple[str, str]]) -> None:
    """Write texts by file name into a zip archive, atomically."""
    with atomic(path) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        for name, text in files:
            archive.writestr(zipfile.ZipInfo(name, EPOCH), text, zipfile.ZIP_DEFLATED)


def read_table(
    path: str | PathLike[str], columns: Iterable[str], text: Sequence[str] = ()
) -> pd.DataFrame:
    """A CSV table; an empty cell is "" in the `text` columns and NaN in all others.

    Raises `InputError` if the file is unreadable, lacks one of `columns` or repeats an id.
    """
    try:
        # Only an empty cell is missing: "NaN" is also the formula of a sodium nitride.
        table = pd.read_csv(
            path, keep_default_na=False, na_values=[""], dtype=dict.fromkeys(text, str)
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())
        raise InputError(f"{path}: not a readable table ({reason}); make it again") from None
    missing = [name for name in columns if name not in table]
    if missing:
        raise InputError(f"{path}: the columns {missing} are missing; make the file again")
    if "id" in table and table["id"].duplicated().any():
        repeated = table["id"][table["id"].duplicated()].iloc[0]
        raise InputError(f"{path}: id {repeated!r} stands in two rows; ids must differ")
    for name in text:
        if name in table:
            table[name] = table[name].fillna("")
    return table
