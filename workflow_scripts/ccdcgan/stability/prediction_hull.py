"""The convex hull that predicted formation energies are held against.

Low formation energies alone can be had by choosing halides; what is wanted is little energy above
the hull. The fuller it is the better it tells proposals apart: above that of the training crystals
alone the most promising ones are of systems whose phases are not among them (docs/NETWORKS.md).
"""

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import block_diag

from ccdcgan.crystals.compositions import NUMBERS

TOGETHER = 100  # compositions whose energies are found at once


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
        new = {
            key: share for key, share in zip(keys, shares, strict=True) if key not in self._found
        }
        for start in range(0, len(new), TOGETHER):
            some = list(new)[start : start + TOGETHER]
            found = self._energies([new[key] for key in some])
            self._found |= dict(zip(some, found, strict=True))
        return np.array([self._found[key] for key in keys])

    def _energies(self, shares: Sequence[NDArray[np.floating]]) -> list[float]:
        """Mix elements and compounds within each system so that the energies are lowest.

        One linear programme whose blocks are the compositions: to begin one takes far longer than
        to solve it.
        """
        blocks, energies, targets = [], [], []
        for share in shares:
            numbers = np.flatnonzero(share)
            mixed, energy = self._within(numbers.tolist())
            blocks.append(mixed[:, numbers].T)
            energies.append(energy)
            targets.append(share[numbers])
        costs = np.concatenate(energies)
        amounts = linprog(costs, A_eq=block_diag(blocks, "csr"), b_eq=np.concatenate(targets)).x
        starts = np.cumsum([0, *(len(energy) for energy in energies[:-1])])
        return np.add.reduceat(costs * amounts, starts).tolist()

    def _within(self, numbers: Sequence[int]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the shares (n, 100) and energies (n) of a system's elements and compounds."""
        shares, energies = list(np.eye(NUMBERS)[numbers]), [0.0] * len(numbers)
        for size in range(2, len(numbers) + 1):
            for part in itertools.combinations(numbers, size):
                for compound, energy in self.compounds.get(frozenset(part), []):
                    shares.append(compound)
                    energies.append(energy)
        return np.array(shares), np.array(energies)
