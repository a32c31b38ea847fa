"""Crystals with exchanged elements, brought to rest by the refiner."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from pymatgen.core import Lattice, Structure

from ccdcgan.crystals.arrays import axes_of_cells, cells_of_axes, width_of
from ccdcgan.crystals.symmetry import symmetric_change
from ccdcgan.crystals.table import SYMPREC
from ccdcgan.networks.files import to_numpy
from ccdcgan.networks.refiner import DISPLACEMENT, STRAIN, Refiner

CHUNK = 64
MAX_STRAIN = 0.35  # of a component; larger ones are cut


def refine(model: Refiner, crystals: Mapping[str, NDArray]) -> dict[str, NDArray]:
    """Move the atoms and strain the cells of crystals as the refiner says, keeping their symmetry.

    crystals: `species`, `coords` and `cell` as in `crystal_arrays`, and `former` (n, MAX_ATOMS),
    the elements that stood in the places of theirs; all are returned as well.
    """
    coords, cells = np.array(crystals["coords"], "f8"), np.array(crystals["cell"], "f8")
    order = np.argsort((crystals["species"] > 0).sum(axis=1), kind="stable")
    for first in range(0, len(order), CHUNK):
        rows = order[first : first + CHUNK]
        width = width_of(crystals["species"][rows])
        axes, places = axes_of_cells(cells[rows]), coords[rows, :width]
        inputs = {
            "species": crystals["species"][rows, :width],
            "former": crystals["former"][rows, :width],
            "coords": places.astype("f4"),
            "axes": axes.astype("f4"),
        }
        moved, strain = (to_numpy(part).astype("f8") for part in model.predict_on_batch(inputs))
        moved, strain = DISPLACEMENT * moved, np.clip(STRAIN * strain, -MAX_STRAIN, MAX_STRAIN)
        for place, species in enumerate(inputs["species"]):
            atoms = np.count_nonzero(species)
            crystal = Structure(
                Lattice(axes[place]), species[:atoms].tolist(), places[place, :atoms]
            )
            moved[place, :atoms], strain[place] = symmetric_change(
                crystal, moved[place, :atoms], strain[place], SYMPREC
            )
        coords[rows, :width] = (places + moved @ np.linalg.inv(axes)) % 1
        cells[rows] = cells_of_axes(axes @ (np.eye(3) + strain))
    return {**crystals, "coords": coords.astype("f4"), "cell": cells.astype("f4")}
