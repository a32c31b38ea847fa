"""The phases that span the known hulls, and what their energies are."""

from collections.abc import Sequence
from os import PathLike

import pandas as pd

from ccdcgan.archives import read_table
from ccdcgan.sources.records import RENAMED
from ccdcgan.structures import read_structures


def known_phases(
    paths: Sequence[str | PathLike[str]], *, potential: str, reference: str
) -> tuple[pd.DataFrame, str]:
    """The structures that span the known hulls, of one scheme of energies, and that scheme.

    paths: tables of structures or of `reference_phases`. potential: what the energies of the
    crystals are called. reference: `potential`, these energies; or `source`, those of the data's
    first source. Phases without an energy of the scheme are left out.
    """
    table = pd.concat([read_structures(path) for path in dict.fromkeys(paths)], ignore_index=True)
    scheme = potential if reference == "potential" else str(table["energy_scheme"].iloc[0])
    usable = (table["energy_scheme"] == scheme) & table["formation_energy_per_atom"].notna()
    return table[usable].drop_duplicates("id"), scheme


def energies_label(
    phases: pd.DataFrame, scheme: str, potential: str, elements: str | PathLike[str]
) -> str:
    """What the energies of a hull are, with the version of the potential or of the source."""
    if scheme == potential:
        table = read_table(elements, ("potential", "version"), text=("potential", "version"))
        origins = list(table["version"])
    else:
        origins = [str(name or "").partition(RENAMED)[0] for name in phases["provenance"]]
    origin = " and ".join(sorted({name for name in origins if name and name not in scheme})[:3])
    return f"{scheme} ({origin})" if origin else scheme
