"""The templates of the training crystals, and the generator that starts from them."""

import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from ccdcgan.crystals.structure_types import structure_type
from ccdcgan.crystals.table import Crystals
from ccdcgan.crystals.volumes import atomic_volumes
from ccdcgan.networks.templates import TemplateGenerator
from ccdcgan.representation.graph_layout import TILES
from ccdcgan.stability.training_hull import ENERGY


def template_generator(crystals: Crystals, types: Sequence[str], size: int) -> TemplateGenerator:
    """Make a generator, not yet trained, that starts from crystals of these structure types.

    size: numbers that stand for an element.
    """
    held = held_templates(crystals, types)
    counts = (held["species"][:, :, None] == np.arange(TILES)).sum(axis=1)
    counts[:, 0] = 0  # places without an atom
    edges = held["cell"][:, [0, 2, 5]].astype(float)
    volumes = atomic_volumes(counts, edges.prod(axis=1))
    generator = TemplateGenerator(templates=len(crystals), size=size, volumes=volumes.tolist())
    generator.hold(held)
    return generator


def held_templates(crystals: Crystals, types: Sequence[str]) -> dict[str, NDArray[Any]]:
    """Give what the generator holds of crystals, see `TemplateGenerator`."""
    energies = crystals.table.get(ENERGY, np.full(len(crystals), np.nan))
    return {
        **crystals.arrays(),
        "types": np.unique(types, return_inverse=True)[1],
        "energies": np.asarray(energies, dtype="f4"),
    }


def structure_types(crystals: Crystals) -> list[str]:
    """Name the structure types of crystals; one without a name of its own has its place."""
    names = [
        structure_type(structure)
        for _, structure in tqdm(
            crystals.items(), "structure types", len(crystals), mininterval=10, file=sys.stderr
        )
    ]
    return [name or f"{place}" for place, name in enumerate(names)]
