"""The convex hull of the training crystals, above which new ones shall lie low.

Low formation energies alone can be had by choosing halides; what is wanted is little energy above
the hull, and the hull that a network's predictions compare with is that of what it learnt from.
"""

import itertools

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from ccdcgan.crystals.compositions import NUMBERS


class TrainingHull:
    """The convex hull of formation energies of training crystals.

    species: (n, atoms), 0 where there is none; energies: (n; eV/atom), NaN where unknown. Elements
    count zero.
    """

    def __init__(self, species: NDArray[np.integer], energies: NDArray[np.floating]) -> None:
        lowest: dict[tuple[float, ...], tuple[NDArray[np.float64], float]] = {}
        for atoms, energy in zip(species, energies, strict=True):
            if not np.isfinite(energy):
                continue
            share = np.bincount(atoms[atoms > 0], minlength=NUMBERS) / np.count_nonzero(atoms)
            key = tuple(np.round(share, 6))
            if key not in lowest or energy < lowest[key][1]:
                lowest[key] = (share, float(energy))
        self.compounds: dict[frozenset[int], list[tuple[NDArray[np.float64], float]]] = {}
        for share, energy in lowest.values():
            elements = frozenset(np.flatnonzero(share).tolist())
            self.compounds.setdefault(elements, []).append((share, energy))

    def energies(self, counts: NDArray[np.integer]) -> NDArray[np.float64]:
        """Return the hull's energies (n; eV/atom) at compositions (n, 100; atoms by number)."""
        return np.array([self._energy(row) for row in counts])

    def _energy(self, counts: NDArray[np.integer]) -> float:
        """Mix elements and compounds within the system so that the energy is lowest."""
        numbers = np.flatnonzero(counts).tolist()
        shares, energies = [np.eye(NUMBERS)[numbers]], [0.0] * len(numbers)
        for size in range(2, len(numbers) + 1):
            for part in itertools.combinations(numbers, size):
                for share, energy in self.compounds.get(frozenset(part), []):
                    shares.append(share[None])
                    energies.append(energy)
        mixed = np.concatenate(shares)[:, numbers].T
        return float(linprog(energies, A_eq=mixed, b_eq=counts[numbers] / counts.sum()).fun)
