"""The templates of generated crystals: the training crystals, by structure type."""

import sys

from tqdm import tqdm

from ccdcgan.core.errors import InputError
from ccdcgan.crystals.structure_types import structure_type
from ccdcgan.crystals.table import ATOMS, Crystals
from ccdcgan.crystals.templates import ENERGY, STRUCTURE_TYPE

KEPT = ("id", "formula", "chemical_system", "num_sites", *ATOMS, ENERGY)
"""Columns of a template but its structure type; without energies where there are none."""


def collect_templates(structures: Crystals) -> Crystals:
    """Collect the training part with the structure type of each crystal.

    Raises `InputError` where the part is empty.
    """
    train = structures.part("train")
    if not len(train):
        raise InputError("no structure in the part 'train'; enlarge the data or data.split.train")
    kept = [column for column in KEPT if column in train.table]
    return Crystals(train.table[kept]).assign(**{STRUCTURE_TYPE: structure_types(train)})


def structure_types(crystals: Crystals) -> list[str]:
    """Name the structure types of crystals; one without a name of its own has its place."""
    names = [
        structure_type(structure)
        for _, structure in tqdm(
            crystals.items(), "structure types", len(crystals), mininterval=10, file=sys.stderr
        )
    ]
    return [name or f"{place}" for place, name in enumerate(names)]
