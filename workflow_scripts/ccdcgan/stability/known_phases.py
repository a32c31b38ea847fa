"""Known phases: those of the table that comes with the workflow and those of the data, as read.

A decorated prototype of the data is none of them, unless it equals one: it competes with them,
under its own name. `phase_candidates` chooses which of them are relaxed by the potential,
`phase_labels` gives them their energies.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np
import pandas as pd
from pymatgen.core import Element

from ccdcgan.core.parquet import read_notes, read_parquet
from ccdcgan.core.settings.analysis import Corrections
from ccdcgan.core.tables import read_table
from ccdcgan.crystals.compact import read_compact
from ccdcgan.crystals.compositions import NUMBERS
from ccdcgan.crystals.energy_schemes import corrected_scheme
from ccdcgan.crystals.table import PHASE, Crystals
from ccdcgan.crystals.templates import ENERGY
from ccdcgan.data.sources.records import RENAMED
from ccdcgan.stability.prediction_hull import PredictionHull

TABLE = "known_phases"
"""The source of a phase of the table that comes with the workflow."""
KNOWN, PROTOTYPE = "known", "prototype"
"""What a competing phase is."""


@dataclass(frozen=True)
class KnownPhases:
    """The phases that span the known hulls, all with energies of one kind.

    scheme: what these are. potential: what the energies of the generated crystals are called.
    label: the scheme with the version of the potential or of the source.
    """

    crystals: Crystals
    scheme: str
    potential: str
    label: str = ""

    @property
    def apart(self) -> str:
        """Name the energies of the crystals where they are of another kind, else ""."""
        return "" if self.scheme == self.potential else self.potential


def read_known_phases(
    paths: Iterable[str | PathLike[str]],
    *,
    potential: str,
    reference: str,
    corrections: Corrections = "none",
    elements: str | PathLike[str] | None = None,
) -> KnownPhases:
    """Read the phases that span the known hulls: those with an energy of the scheme.

    paths: tables of structures or of `relax_known_phases`. potential: what the energies of the
    crystals are called, before their corrections. reference: `potential`, these energies; or
    `source`, those of the data's first source. elements: `elements.csv`, for the label.
    """
    potential = corrected_scheme(potential, corrections)
    table = Crystals.read_first(paths).table
    scheme = potential if reference == "potential" else str(table["energy_scheme"].iloc[0])
    of_scheme = (table["energy_scheme"] == scheme) & table["formation_energy_per_atom"].notna()
    phases = Crystals(table[of_scheme])
    origins: Iterable[str] = ()
    if scheme != potential:
        origins = [str(name or "").partition(RENAMED)[0] for name in phases["provenance"]]
    elif elements is not None:
        origins = read_table(elements, ("version",), text=("potential", "version"))["version"]
    return KnownPhases(phases, scheme, potential, _label(scheme, origins))


def _label(scheme: str, origins: Iterable[str]) -> str:
    origin = " and ".join(sorted({name for name in origins if name and name not in scheme})[:3])
    return f"{scheme} ({origin})" if origin else scheme


def read_table_of_known(
    path: str | PathLike[str] | None,
    *,
    systems: Iterable[str] | None = None,
    formulas: Iterable[str] | None = None,
) -> Crystals:
    """Read phases of the table that comes with the workflow; see `compact.read_compact`.

    path: None gives an empty table. They are phases outside of the training set: their `split` is
    empty.
    """
    if path is None:
        return Crystals.of_structures({}).assign(kind=[], split=[], source=[], provenance=[])
    found = read_compact(path, systems=systems, formulas=formulas)
    return found.assign(kind=PHASE, split="", source=TABLE, provenance=Path(path).name)


def known_formulas(path: str | PathLike[str] | None) -> set[str]:
    """List the reduced formulas of the table that comes with the workflow; None: of none."""
    if path is None:
        return set()
    return set(read_parquet(path, columns=["formula"])["formula"].to_pylist())


def known_hull(path: str | PathLike[str] | None) -> PredictionHull | None:
    """Make the hull of the DFT energies in the table; None without a table, or one without them."""
    if path is None or ENERGY not in read_notes(path)[0]:
        return None
    table = read_parquet(path, columns=["elements", "counts", ENERGY]).to_pandas()
    atoms = np.zeros((len(table), NUMBERS), dtype=np.int64)
    for row, elements, counts in zip(atoms, table["elements"], table["counts"], strict=True):
        row[[Element(symbol).Z for symbol in elements]] = counts
    return PredictionHull(atoms, table[ENERGY].to_numpy(dtype=float))


def compared_phases(
    structures: Crystals,
    path: str | PathLike[str] | None,
    *,
    formulas: Iterable[str] | None = None,
    systems: Iterable[str] | None = None,
) -> Crystals:
    """Put together what crystals are compared with: the data, and the table of known phases.

    formulas, systems: of the crystals; only phases of these formulas, or within these systems, are
    taken. A phase of the table whose id the data have is left out.
    """
    own = structures
    if formulas is not None:
        formulas = set(formulas)
        own = own.where(own["formula"].isin(formulas))
    if systems is not None:
        systems = set(systems)
        own = own.within(systems)
    table = read_table_of_known(path, formulas=formulas, systems=systems)
    return Crystals.join([own, table.where(~table["id"].isin(structures["id"]))])


def is_known(phases: Crystals) -> pd.Series:
    """Say of competing phases which are known: all but prototypes that equal no known phase."""
    if "source" not in phases.table:
        return pd.Series(True, index=phases.table.index)
    prototype = phases["source"] == "prototypes"
    return ~prototype | (phases["known_as"] != "") if "known_as" in phases.table else ~prototype
