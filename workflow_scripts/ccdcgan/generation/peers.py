"""Crystals of other models, read from files, in the form that those of a variant have."""

import logging
import re
from collections.abc import Iterator
from os import PathLike

import numpy as np
import pandas as pd
from pymatgen.core import Structure

from ccdcgan.codec.manifest import VALID, Decoded, to_manifest
from ccdcgan.core.errors import InputError
from ccdcgan.core.settings.limits import USUAL, LimitSettings
from ccdcgan.crystals.cells import PRIMITIVE, standard_cell
from ccdcgan.crystals.table import Crystals, shortest_distance, to_structure
from ccdcgan.data.sources.local import read_local

logger = logging.getLogger(__name__)


def read_peer(
    path: str | PathLike[str],
    name: str,
    *,
    min_distance: float,
    limits: LimitSettings = USUAL,
) -> Crystals:
    """Read the crystals of the baseline `name` from any kind of file that `read_local` reads.

    Every structure of the file is a row, in the order of the file, with the columns of
    `to_manifest` and `given_id`, its id in the file. One that cannot be used has the reason in
    `status`, and counts. Crystals are in their primitive cells, as the data mostly are.
    `min_distance`: Å; atoms closer make no valid crystal. Raises `InputError` for a file that
    cannot be read.
    """
    try:
        table = read_local(str(path), [], {}, "none", limits)
    except InputError as error:
        reason = re.sub(r"^data\.(path|source local:) ", "", str(error))
        raise InputError(f"baselines.{name}: {reason}") from None
    decoded = list(_decoded(table, min_distance))
    names = [f"{name}-{number:06d}" for number in range(len(decoded))]
    crystals = to_manifest(name, names, decoded).assign(given_id=table["id"].tolist())
    logger.info("%d of %d are valid crystals", int(crystals.has_structure().sum()), len(crystals))
    return crystals


def parts(crystals: Crystals, number: int) -> list[Crystals]:
    """Cut a table into `number` runs of rows as equal as can be; some are empty if it is short."""
    rows = np.array_split(np.arange(len(crystals)), number)
    return [Crystals(crystals.table.iloc[part]) for part in rows]


def _decoded(table: pd.DataFrame, min_distance: float) -> Iterator[Decoded]:
    for row in table.to_dict("records"):
        if row["dropped"]:
            yield Decoded(row["dropped"], [])
            continue
        crystal = _primitive(to_structure(row))
        elements = sorted(element.symbol for element in crystal.composition.elements)
        close = shortest_distance(crystal) < min_distance
        yield Decoded("atoms too close" if close else VALID, elements, crystal)


def _primitive(crystal: Structure) -> Structure:
    """Bring a crystal into its primitive cell, as the data are; as it is where none is found."""
    try:
        return standard_cell(crystal, PRIMITIVE)[0]
    except ValueError:  # such as of atoms that share a place
        return crystal
