"""The compositions that crystals are made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pymatgen.core import Composition, Element

from ccdcgan.core.artifacts import read_json, write_json
from ccdcgan.core.errors import InputError
from ccdcgan.crystals.arrays import MAX_ATOMS
from ccdcgan.crystals.documents import MAX_ATOMIC_NUMBER

MAX_ELEMENTS = 8  # elements of one crystal that the networks read
NUMBERS = MAX_ATOMIC_NUMBER + 1  # atomic numbers, with 0 for none


def formula_of(counts: NDArray[np.integer]) -> str:
    """Give the reduced formula of a composition (100; atoms by number)."""
    atoms = {Element.from_Z(int(number)): int(counts[number]) for number in np.flatnonzero(counts)}
    return str(Composition(atoms).reduced_formula)


@dataclass(frozen=True, eq=False)
class Compositions:
    """Compositions of cells, and how often crystals are made of each.

    counts: (n, 100), the atoms by atomic number. weights: (n,), relative on the way in; they are
    divided by their sum, so that they add up to one.
    """

    counts: NDArray[np.int64]
    weights: NDArray[np.float64]

    def __post_init__(self) -> None:
        object.__setattr__(self, "weights", self.weights / self.weights.sum())

    @classmethod
    def even(cls, counts: NDArray[np.integer]) -> "Compositions":
        """Give each of some compositions (n, 100) the same weight."""
        return cls(counts.astype(np.int64), np.ones(len(counts)))

    @classmethod
    def of_training(
        cls, species: Sequence[Sequence[str]], weights: NDArray[np.floating] | None = None
    ) -> "Compositions":
        """Collect the different compositions of the training part.

        species: the symbols of the atoms of each of its cells. weights: of each cell; None: all
        alike. The weight of a composition is the sum over its cells. Raises `InputError` where the
        part is empty.
        """
        if not len(species):
            raise InputError(
                "no structure in the part 'train'; enlarge the data or data.split.train"
            )
        counts, place = np.unique(count_atoms(species), axis=0, return_inverse=True)
        return cls(counts, np.bincount(place.ravel(), weights, minlength=len(counts)).astype(float))

    @classmethod
    def read(cls, path: str | PathLike[str]) -> "Compositions":
        """Read a file of `write`. Raises `InputError` if it is damaged or holds no composition."""
        entries = read_json(path, "compositions")["compositions"]
        if not entries:
            raise InputError(f"{path}: holds no composition; train the generator again")
        try:
            counts = np.zeros((len(entries), NUMBERS), dtype=np.int64)
            for row, entry in zip(counts, entries, strict=True):
                for symbol, count in entry["atoms"].items():
                    row[Element(symbol).Z] = count
            weights = np.array([entry["weight"] for entry in entries], dtype=float)
        except (
            ValueError,
            TypeError,
            KeyError,
            IndexError,
            AttributeError,
            OverflowError,
        ) as error:
            raise InputError(
                f"{path}: a composition is damaged ({error}); train the generator again"
            ) from None
        atoms = counts.sum(axis=1)
        if (counts < 0).any() or not ((atoms > 0) & (atoms <= MAX_ATOMS)).all():
            raise InputError(
                f"{path}: a composition has no atom or more than {MAX_ATOMS}; train the generator "
                "again"
            )
        if not np.isfinite(weights).all() or (weights < 0).any() or not weights.sum() > 0:
            raise InputError(
                f"{path}: the weights are not all positive numbers; train the generator again"
            )
        return cls(counts, weights)

    def write(self, path: str | PathLike[str], notes: Mapping[str, Any]) -> None:
        """Write the compositions as JSON, ordered by their elements and numbers of atoms.

        Each is an object with `atoms`, by symbol, and `weight`; `notes` stand beside them all.
        """
        numbers, counts = self.places()
        order = np.lexsort(np.hstack([numbers[:, 1:], counts[:, 1:]]).T[::-1])
        entries = [
            {
                "atoms": {
                    Element.from_Z(int(number)).symbol: int(self.counts[row, number])
                    for number in np.flatnonzero(self.counts[row])
                },
                "weight": float(self.weights[row]),
            }
            for row in order
        ]
        write_json(path, {"compositions": entries, **notes})

    def __len__(self) -> int:
        return len(self.counts)

    def draw(self, random: np.random.Generator) -> NDArray[np.int64]:
        """Draw the atoms by atomic number (100,) of one composition."""
        return self.counts[random.choice(len(self.weights), p=self.weights)]

    def places(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return atomic numbers and counts (n, 1 + MAX_ELEMENTS), as the networks read them.

        The lattice's place, the first, holds 0 and the number of all atoms; the elements follow by
        atomic number, places without one hold zeros. Raises `InputError` for a composition of more
        than MAX_ELEMENTS elements.
        """
        numbers = np.zeros((len(self), 1 + MAX_ELEMENTS), dtype="i4")
        places = np.zeros_like(numbers)
        places[:, 0] = self.counts.sum(axis=1)
        for row, one in enumerate(self.counts):
            present = np.flatnonzero(one)
            if len(present) > MAX_ELEMENTS:
                raise InputError(
                    f"a crystal of {len(present)} elements: at most {MAX_ELEMENTS} are supported; "
                    "leave it out of the data"
                )
            numbers[row, 1 : 1 + len(present)] = present
            places[row, 1 : 1 + len(present)] = one[present]
        return numbers, places

    def species(self) -> NDArray[np.int32]:
        """Return the atomic numbers (n, MAX_ATOMS) of the atoms, 0 where there is none."""
        species = np.zeros((len(self), MAX_ATOMS), dtype="i4")
        for row, counts in zip(species, self.counts, strict=True):
            each = np.repeat(np.arange(len(counts)), counts)
            row[: len(each)] = each
        return species


def count_atoms(species: Sequence[Sequence[str]]) -> NDArray[np.int64]:
    """Count the atoms by atomic number (n, 100) of cells, given as the symbols of their atoms."""
    counts = [np.bincount([Element(one).Z for one in cell], minlength=NUMBERS) for cell in species]
    return np.array(counts, dtype=np.int64).reshape(-1, NUMBERS)
