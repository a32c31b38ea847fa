"""Crystals on disk: extended XYZ files."""

from collections.abc import Mapping
from os import PathLike
from pathlib import Path

import ase.io
from pymatgen.core import Structure
from pymatgen.io.ase import AseAtomsAdaptor

from ccdcgan.core.artifacts import atomic
from ccdcgan.core.errors import InputError


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
