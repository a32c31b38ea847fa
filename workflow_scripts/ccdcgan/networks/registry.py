"""The networks of both generators by the name that the config gives them."""

from typing import Any

from ccdcgan.networks.discriminator import Discriminator
from ccdcgan.networks.generator import Generator
from ccdcgan.networks.paper import PaperDiscriminator, PaperGenerator

GENERATORS: dict[str, type[Any]] = {
    "atoms": Generator,
    "paper": PaperGenerator,
}
DISCRIMINATORS: dict[str, type[Any]] = {
    "atoms": Discriminator,
    "paper": PaperDiscriminator,
}
"""By `gan.network` of the config."""
