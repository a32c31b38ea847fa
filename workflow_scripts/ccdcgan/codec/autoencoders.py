"""The autoencoders that write and read graphs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pymatgen.core import Element

from ccdcgan.networks.autoencoder import Autoencoder
from ccdcgan.networks.files import load_model


@dataclass(frozen=True)
class Autoencoders:
    """The networks that read a graph: of the lattice, and of the sites by atomic number.

    The key 0 of `sites` is the network of all elements that have none of their own.
    """

    lattice: Autoencoder
    sites: Mapping[int, Autoencoder]

    def of(self, number: int) -> Autoencoder | None:
        """Return the network of the element with atomic number `number`, None if it has none."""
        return self.sites.get(number, self.sites.get(0))


def load_autoencoders(lattice: str, sites: Sequence[str], elements: Sequence[str]) -> Autoencoders:
    """Load the autoencoders that write and read graphs.

    `sites` are the files of those of the sites, one for each of `elements`, or the combined one
    alone where no elements are named.
    """
    numbers = [Element(symbol).Z for symbol in elements] or [0]
    return Autoencoders(
        load_model(lattice, Autoencoder),
        {z: load_model(path, Autoencoder) for z, path in zip(numbers, sites, strict=True)},
    )
