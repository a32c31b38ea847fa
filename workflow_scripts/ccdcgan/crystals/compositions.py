"""The compositions that crystals are made of."""

import json
from collections.abc import Sequence
from os import PathLike
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pymatgen.core import Element

from ccdcgan.core.errors import InputError
from ccdcgan.core.limits import MAX_ATOMIC_NUMBER
from ccdcgan.crystals.arrays import MAX_ATOMS

MAX_ELEMENTS = 8  # elements of one crystal that the networks read
NUMBERS = MAX_ATOMIC_NUMBER + 1  # atomic numbers, with 0 for none


def places_of(numbers: NDArray[np.integer], counts: NDArray[np.integer]) -> NDArray[np.int32]:
    """Atomic numbers (n, MAX_ATOMS) of the atoms of compositions as networks read them."""
    species = np.zeros((len(numbers), MAX_ATOMS), dtype="i4")
    for row, elements, atoms in zip(species, numbers[:, 1:], counts[:, 1:], strict=True):
        each = np.repeat(elements, atoms)
        row[: len(each)] = each
    return species


def read_compositions(path: str | PathLike[str]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Counts by atomic number (n, 100) and the probabilities (n,) of the compositions."""
    entries = json.loads(Path(path).read_text())["compositions"]
    if not entries:
        raise InputError(f"{path}: holds no composition; train the generator again")
    counts = np.zeros((len(entries), NUMBERS), dtype=np.int64)
    for row, entry in zip(counts, entries, strict=True):
        for symbol, count in entry["atoms"].items():
            row[Element(symbol).Z] = count
    weights = np.array([entry["weight"] for entry in entries])
    return counts, weights / weights.sum()


def training_compositions(
    structures: pd.DataFrame,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Counts by atomic number (n, 100) and shares (n,) of the compositions of the training part.

    Raises `InputError` without a training structure.
    """
    train = structures[structures["split"] == "train"]
    if train.empty:
        raise InputError("no structure in the part 'train'; enlarge the data or data.split.train")
    counts = np.array([counts_of(species) for species in train["species"]])
    unique, times = np.unique(counts, axis=0, return_counts=True)
    return unique, times / times.sum()


def counts_of(species: Sequence[str]) -> NDArray[np.int64]:
    """The atoms of a cell by atomic number (100,)."""
    return np.bincount([Element(symbol).Z for symbol in species], minlength=NUMBERS)


def composition_places(
    counts: NDArray[np.integer],
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Numbers and counts (n, 1 + MAX_ELEMENTS), as networks read them, of counts by atomic number.

    `counts` is (n, 100). Raises `InputError` for a composition of more than MAX_ELEMENTS elements.
    """
    numbers = np.zeros((len(counts), 1 + MAX_ELEMENTS), dtype="i4")
    places = np.zeros_like(numbers)
    places[:, 0] = counts.sum(axis=1)
    for row, one in enumerate(counts):
        present = np.flatnonzero(one)
        if len(present) > MAX_ELEMENTS:
            raise InputError(
                f"a crystal of {len(present)} elements: at most {MAX_ELEMENTS} are supported; "
                "leave it out of the data"
            )
        numbers[row, 1 : 1 + len(present)] = present
        places[row, 1 : 1 + len(present)] = one[present]
    return numbers, places
