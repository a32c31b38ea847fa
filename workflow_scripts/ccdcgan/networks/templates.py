"""The generator that starts from templates: training crystals whose elements it exchanges.

On the board of tiles an exchange of elements moves tiles: of a crystal's graph the atoms of an
element stay what they are, in the place of another one. What is learnt is which element may stand
where another stood.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray
from pymatgen.core import Element

from ccdcgan.crystals.arrays import CELL, MAX_ATOMS
from ccdcgan.networks.base import Network, register
from ccdcgan.representation.graph_layout import TILES

HELD = {
    "species": ((MAX_ATOMS,), "uint8"),
    "coords": ((MAX_ATOMS, 3), "float32"),
    "cell": ((CELL,), "float32"),
    "types": ((), "int32"),
    "energies": ((), "float32"),
}
"""What the generator holds of each template, and its shape."""
PROPERTY_UNIT = 0.7  # the distance by properties at which a template counts 1/e
PROPERTIES = 3  # numbers of an element that stand at first for its likeness to others


@register
class TemplateGenerator(Network):
    """Says how likely an exchange of the elements of a template is.

    An element is a vector of `size` numbers. The distance of an exchange is the sum over its
    elements of the distances between old and new ones: the differences of their numbers, summed,
    times a factor. Twice so, with vectors of their own: `found` says from which template a given
    composition is made, `drawn` which elements a given template gets; either with a probability
    proportional to exp(−distance).

    The templates are weights that no training changes: `species` (n, MAX_ATOMS), `coords` (n,
    MAX_ATOMS, 3) and `cell` (n, 6; Å) as of `crystal_arrays`, `types` (n), the numbers of their
    structure types, and `energies` (n; eV/atom), formation energies, NaN where unknown. `volumes`
    (100; Å³) are those of an atom of each element.
    """

    def __init__(
        self, *, templates: int, size: int, volumes: Sequence[float], **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.settings: dict[str, Any] = {
            "templates": templates,
            "size": size,
            "volumes": list(volumes),
        }
        self.found = self.add_weight(shape=(TILES, size), initializer="zeros", name="found")
        self.drawn = self.add_weight(shape=(TILES, size), initializer="zeros", name="drawn")
        self.factors = self.add_weight(shape=(2,), initializer="zeros", name="factors")  # ln
        self.held = {
            name: self.add_weight(
                shape=(templates, *shape),
                dtype=kind,
                initializer="zeros",
                trainable=False,
                name=name,
            )
            for name, (shape, kind) in HELD.items()
        }
        self.built = True

    def hold(self, templates: Mapping[str, NDArray[Any]]) -> None:
        """Take over what is held of the templates, and start from the properties of elements."""
        for name, (_, kind) in HELD.items():
            self.held[name].assign(templates[name].astype(kind))
        vectors = 0.05 * np.array(keras.random.normal(self.found.shape))
        vectors[:, :PROPERTIES] = element_properties()
        self.found.assign(vectors)
        self.drawn.assign(vectors)

    def call(self, inputs: Sequence[Any], training: bool | None = None) -> Any:
        """Give the distances (…) of exchanges of old by new elements (…, k each; 0: none).

        They are those by which templates are found.
        """
        old, new = inputs
        apart = ops.abs(ops.take(self.found, old, axis=0) - ops.take(self.found, new, axis=0))
        used = ops.cast(new > 0, "float32")
        return ops.exp(self.factors[0]) * ops.sum(ops.sum(apart, axis=-1) * used, axis=-1)

    def finding_distances(self) -> Any:
        """Give the distances (100, 100) of any two elements by which templates are found.

        The mean of those that were learnt and those of the elements' properties, in their own
        unit: the latter find as much alone, the former less (docs/NETWORKS.md).
        """
        learnt = _all_distances(self.found, self.factors[0])
        properties = element_properties() / PROPERTY_UNIT
        return (learnt + _all_distances(properties, np.float32(0.0))) / 2

    def drawing_distances(self) -> Any:
        """Give the distances (100, 100) of any two elements by which new ones are drawn."""
        return _all_distances(self.drawn, self.factors[1])


def _all_distances(vectors: Any, factor: Any) -> Any:
    apart = ops.abs(vectors[:, None] - ops.convert_to_tensor(vectors)[None])
    return ops.exp(factor) * ops.sum(apart, axis=-1)


def element_properties() -> NDArray[np.float32]:
    """Return Mendeleev number/10, 3 × electronegativity and 2 × atomic radius (Å): (100, 3).

    The mean of the others where an element has none.
    """
    found = np.full((TILES, PROPERTIES), np.nan)
    for number in range(1, TILES):
        element = Element.from_Z(number)
        found[number, 0] = element.mendeleev_no / 10
        if element.data.get("X") is not None:
            found[number, 1] = 3 * element.data["X"]
        if element.atomic_radius is not None:
            found[number, 2] = 2 * float(element.atomic_radius)
    mean = np.nanmean(found, axis=0)
    return np.where(np.isnan(found), mean, found).astype("f4")
