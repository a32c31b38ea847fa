"""The table of known phases: their energies by a potential, and the files that are handed on."""

import sys
from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any

import numpy as np
import pandas as pd
from tqdm import tqdm

from ccdcgan.core.artifacts import sha256_of, write_text
from ccdcgan.core.journal import Journal
from ccdcgan.core.settings.potential import PotentialSettings
from ccdcgan.crystals.compact import read_packed, unpack, write_compact
from ccdcgan.crystals.potential import Energy, package_of


def label_static_energies(
    table: pd.DataFrame, energy_of: Energy, journal: Journal, *, shard: int, shards: int
) -> pd.DataFrame:
    """Add `energy_per_atom` (eV/atom, by a potential, of the structure as it stands) to one shard.

    NaN stands where the potential has no energy. A shard is every so many-th row, so that all take
    alike. journal: keeps each energy as it is computed.
    """
    mine = table.iloc[shard::shards]
    rows = mine.to_dict("records")
    for row in tqdm(rows, "energies", mininterval=10, file=sys.stderr):
        if row["id"] not in journal.values:
            energy = energy_of(unpack(row))
            journal[row["id"]] = None if np.isnan(energy) else energy
    energies = np.array([journal.values[row["id"]] for row in rows], dtype="f8")
    return mine.assign(energy_per_atom=energies.astype("f4"))


def merge_known_phases(
    shards: Sequence[str | PathLike[str]],
    table: str | PathLike[str],
    card: str | PathLike[str],
    *,
    notes: Mapping[str, Any],
    potential: Mapping[str, Any],
    **told: Any,
) -> None:
    """Put the shards of known phases into one table with its card; see `known_phases_card`.

    potential: the section of the config. What its energies are called and the version of its
    package stand in the table too: energies of another potential are never taken from it.
    """
    settings = PotentialSettings.model_validate(potential)
    scheme, version = settings.energy_scheme, package_of(settings.name)
    rows = pd.concat(map(read_packed, shards), ignore_index=True)
    own = {"potential": scheme, "version": version, "energy_scheme": told["energy_scheme"]}
    write_compact(table, rows, {**notes, **own})
    text = known_phases_card(
        rows, sha256=sha256_of(table), potential=scheme, version=version, **told
    )
    write_text(card, text)


def known_phases_card(
    table: pd.DataFrame,
    *,
    sha256: str,
    potential: str,
    version: str,
    max_above_hull: float,
    energy_scheme: str,
    properties: Mapping[str, str],
) -> str:
    """Write the card of a table of known phases: what it holds, whose it is, how it was made."""
    atoms = sum(int(np.sum(counts)) for counts in table["counts"])
    symbols = {symbol for elements in table["elements"] for symbol in elements}
    sizes = table["counts"].map(lambda counts: int(np.sum(counts)))
    own = "".join(f"| {name} | {unit} |\n" for name, unit in properties.items())
    return f"""# Known phases

{len(table):,} crystals with {atoms:,} atoms ({sizes.min()} to {sizes.max()} in a cell), \
{table["chemical_system"].nunique():,} chemical systems, {len(symbols)} elements: the elements and \
all phases within {max_above_hull:g} eV/atom of the hull of their DFT energies ({energy_scheme}). \
{int(table["energy_per_atom"].isna().sum())} of them have no energy by the potential.

**Source and licence.** The Materials Project (A. Jain et al., APL Materials 1, 011002 (2013)), \
CC BY 4.0. Its phases of large cells are not all there: a hull of these is a hull of what is known \
here.

**Columns** beside the structures ([docs/ARTIFACTS.md](../docs/ARTIFACTS.md)):

| column | unit |
| --- | --- |
| energy_per_atom | eV/atom, by {potential} ({version}), of the structure as it stands |
| energy_above_hull | eV/atom above the hull of the DFT energies of these phases |
{own}
**SHA-256** `{sha256}`

Made by `snakemake --configfile presets/known-phases.yaml FILE.yaml -- known_phases`, where \
FILE.yaml names the structures.
"""
