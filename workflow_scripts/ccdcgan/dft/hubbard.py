"""The Hubbard U of the Materials Project: which crystals take one, and what may share a hull."""

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd
from pymatgen.core import Element, Structure

from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.dft import Hubbard
from ccdcgan.crystals.corrections import Corrections, hubbard_values

WITHOUT: Mapping[str, float] = MappingProxyType({})
NONE = "none"
"""What stands in a table for a crystal without U."""


def hubbard_of(structure: Structure, hubbard: Hubbard) -> Mapping[str, float]:
    """Return the U (eV, on d shells) of the elements of a structure that take one.

    hubbard: `mp`, that of the Materials Project, which metals have in crystals with O or F
    (pymatgen's MPRelaxSet; Jain et al., Phys. Rev. B 84, 045115, 2011); or `none`.
    """
    return hubbard_values(structure.composition) if hubbard == "mp" else WITHOUT


def hubbard_note(values: Mapping[str, float]) -> str:
    """Say with which U a crystal is computed, such as `Co 3.32 eV`; `none` without."""
    return ", ".join(f"{symbol} {value:g} eV" for symbol, value in values.items()) or NONE


def d_shell(symbol: str) -> str:
    """Name the d shell of a transition metal, such as `3d` of cobalt."""
    return f"{Element(symbol).row - 1}d"


def check_schemes(system: str, calculations: pd.DataFrame, corrections: Corrections) -> None:
    """Refuse calculations with and without U on one hull before any of them runs.

    The elements of a system have no U, so that a single calculation with one makes two kinds of
    energies, which only corrections bring together. calculations: columns formula and hubbard_u.
    Raises `InputError`.
    """
    formulas = calculations["formula"][calculations["hubbard_u"] != NONE].drop_duplicates()
    if corrections == "none" and len(formulas):
        more = f" and {len(formulas) - 3} more" if len(formulas) > 3 else ""
        raise InputError(
            f"config dft.corrections: {', '.join(formulas[:3])}{more} of {system} are computed "
            "with a Hubbard U and its elements without, energies that meet on no hull uncorrected: "
            "dft.corrections: mp2020 corrects them, dft.hubbard: none computes all without"
        )
