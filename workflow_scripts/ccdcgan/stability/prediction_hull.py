"""The convex hull that predicted formation energies are held against.

Low formation energies alone can be had by choosing halides; what is wanted is little energy above
the hull. The fuller it is the better it tells proposals apart: above that of the training crystals
alone the most promising ones are of systems whose phases are not among them (docs/NETWORKS.md).
"""

import itertools

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from ccdcgan.crystals.compositions import NUMBERS


class PredictionHull:
    """The convex hull of formation energies of compounds.

    counts: their atoms (n, 100) by number; energies: (n; eV/atom), NaN where unknown. Elements
    count zero.
    """

    def __init__(self, counts: NDArray[np.integer], energies: NDArray[np.floating]) -> None:
        lowest: dict[bytes, tuple[NDArray[np.float64], float]] = {}
        shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
        for share, energy in zip(np.round(shares, 6), energies, strict=True):
            key = share.tobytes()
            if np.isfinite(energy) and (key not in lowest or energy < lowest[key][1]):
                lowest[key] = (share, float(energy))
        self.compounds: dict[frozenset[int], list[tuple[NDArray[np.float64], float]]] = {}
        for share, energy in lowest.values():
            elements = frozenset(np.flatnonzero(share).tolist())
            self.compounds.setdefault(elements, []).append((share, energy))
        self._found: dict[bytes, float] = {}  # crystals of few systems have few compositions

    def energies(self, counts: NDArray[np.integer]) -> NDArray[np.float64]:
        """Return the hull's energies (n; eV/atom) at compositions (n, 100; atoms by number)."""
        shares = counts / counts.sum(axis=1, keepdims=True)
        keys = [share.tobytes() for share in shares]
        for key, share in zip(keys, shares, strict=True):
            if key not in self._found:
                self._found[key] = self._energy(share)
        return np.array([self._found[key] for key in keys])

    def _energy(self, share: NDArray[np.floating]) -> float:
        """Mix elements and compounds within the system so that the energy is lowest."""
        numbers = np.flatnonzero(share).tolist()
        shares, energies = [np.eye(NUMBERS)[numbers]], [0.0] * len(numbers)
        for size in range(2, len(numbers) + 1):
            for part in itertools.combinations(numbers, size):
                for compound, energy in self.compounds.get(frozenset(part), []):
                    shares.append(compound[None])
                    energies.append(energy)
        mixed = np.concatenate(shares)[:, numbers].T
        return float(linprog(energies, A_eq=mixed, b_eq=share[numbers]).fun)
