"""The volumes that atoms take up in crystals."""

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

SMALLEST = 3.0  # Å³; of an atom, however little it adds to cells


def atomic_volumes(counts: NDArray[np.integer], cells: NDArray[np.floating]) -> NDArray[np.float64]:
    """Fit volumes (100; Å³) of atoms by number, whose sums come closest to those of cells.

    counts: the atoms (n, 100) of each cell; cells: their volumes (n; Å³). Least squares of the
    relative errors, none below `SMALLEST`; zero for elements that are in no cell.
    """
    present = np.flatnonzero(counts.any(axis=0))
    volumes = np.zeros(counts.shape[1])
    volumes[present], _ = nnls(counts[:, present] / cells[:, None], np.ones(len(cells)))
    volumes[present] = np.maximum(volumes[present], SMALLEST)
    return volumes
