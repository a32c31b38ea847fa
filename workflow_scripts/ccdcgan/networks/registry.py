"""The networks of all generators by the name that the config gives them."""

from typing import Any

from ccdcgan.networks.discriminator import Discriminator
from ccdcgan.networks.generator import Generator
from ccdcgan.networks.paper import PaperDiscriminator, PaperGenerator
from ccdcgan.networks.tiles import TilesDiscriminator, TilesGenerator

GENERATORS: dict[str, type[Any]] = {
    "atoms": Generator,
    "tiles": TilesGenerator,
    "paper": PaperGenerator,
}
DISCRIMINATORS: dict[str, type[Any]] = {
    "atoms": Discriminator,
    "tiles": TilesDiscriminator,
    "paper": PaperDiscriminator,
}
"""By `gan.network` of the config."""
