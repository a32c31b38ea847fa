"""Which compositions crystals are made of, and how often each is drawn."""

import itertools
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from pymatgen.core import Element

from ccdcgan.core.errors import InputError
from ccdcgan.crystals.compositions import NUMBERS, Compositions


def chosen_compositions(
    trained: Compositions,
    *,
    systems: Sequence[str] | None,
    max_atoms: int,
    fractions: Mapping[str, Sequence[float]],
) -> Compositions:
    """Select the part of the compositions of a training that is asked for.

    systems: chemical systems such as Co-Hf; a system of k elements gets the numbers of atoms that
    training compositions of k elements have, with their weights, in every order. None: as trained.
    max_atoms: of a cell. fractions: by element, the least and largest share of the atoms.

    Raises `InputError` for an element that the training data lacks, or where nothing is left.
    """
    parts = [(trained.counts, trained.weights)]
    if systems:
        parts = []
        for system in systems:
            parts.append(_of_system(trained, trained_numbers(system, trained)))
    counts = np.concatenate([part for part, _ in parts])
    weights = np.concatenate([part / len(parts) for _, part in parts])
    for symbol in fractions:
        _trained(symbol, trained, "generate.fractions")
    wanted = (counts.sum(axis=1) <= max_atoms) & within_fractions(counts, fractions)
    if not wanted.any():
        raise InputError(
            "config generate: no training composition has these systems, max_atoms "
            f"({max_atoms}) and fractions; widen them"
        )
    return Compositions(counts[wanted], weights[wanted])


def trained_numbers(system: str, trained: Compositions) -> list[int]:
    """Return the atomic numbers of a system such as Co-Hf.

    Raises `InputError` for an element that the training compositions lack.
    """
    return [_trained(symbol, trained, system) for symbol in system.split("-")]


def within_fractions(
    counts: NDArray[np.integer], fractions: Mapping[str, Sequence[float]]
) -> NDArray[np.bool_]:
    """Say of each composition (n, 100) whether the shares of its elements are as asked for."""
    wanted = np.ones(len(counts), dtype=bool)
    for symbol, (low, high) in fractions.items():
        share = counts[:, Element(symbol).Z] / counts.sum(axis=1)
        wanted &= (low <= share) & (share <= high)
    return wanted


def _trained(symbol: str, trained: Compositions, where: str) -> int:
    """Return the atomic number of an element that the training compositions have."""
    present = np.any(trained.counts > 0, axis=0)
    number = Element(symbol).Z if Element.is_valid_symbol(symbol) else 0
    if not 0 < number < NUMBERS or not present[number]:
        raise InputError(
            f"config generate: {where}: {symbol} is in no structure that the generator was "
            "trained on; leave it out or train with it"
        )
    return number


def _of_system(
    trained: Compositions, numbers: Sequence[int]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Give the elements `numbers` the numbers of atoms of those in the training compositions."""
    alike = (trained.counts > 0).sum(axis=1) == len(numbers)
    patterns, place = np.unique(
        -np.sort(-trained.counts[alike], axis=1)[:, : len(numbers)], axis=0, return_inverse=True
    )
    shares = np.bincount(place.ravel(), trained.weights[alike], minlength=len(patterns))
    rows, found = [], []
    for pattern, share in zip(patterns, shares, strict=True):
        orders = sorted(set(itertools.permutations(pattern.tolist())))
        for order in orders:
            row = np.zeros(NUMBERS, dtype=np.int64)
            row[list(numbers)] = order
            rows.append(row)
            found.append(share / len(orders))
    total = sum(found)
    return np.array(rows, dtype=np.int64).reshape(-1, NUMBERS), np.array(found) / (total or 1.0)


def graph_numbers(graphs: int, shard: int, shards: int) -> NDArray[np.int64]:
    """Return the numbers of the graphs of one of `shards` shards. `InputError` if there is none."""
    numbers = np.array_split(np.arange(graphs), shards)[shard]
    if not len(numbers):
        raise InputError(
            f"generate.graphs: {graphs} graphs are fewer than generate.shards ({shards})"
        )
    return numbers
