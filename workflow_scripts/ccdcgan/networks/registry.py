"""The networks of both generators by the name that the config gives them."""

from typing import Any

from ccdcgan.networks.discriminator import Discriminator
from ccdcgan.networks.generator import Generator
from ccdcgan.networks.paper import PaperDiscriminator, PaperGenerator
from ccdcgan.networks.templates import TemplateGenerator

GENERATORS: dict[str, type[Any]] = {
    "templates": TemplateGenerator,
    "atoms": Generator,
    "paper": PaperGenerator,
}
DISCRIMINATORS: dict[str, type[Any]] = {
    "templates": Discriminator,
    "atoms": Discriminator,
    "paper": PaperDiscriminator,
}
"""By `gan.network` of the config."""
