"""The generators by the name that the config gives them."""

from typing import Any

from ccdcgan.networks.generator import Generator
from ccdcgan.networks.paper import PaperGenerator
from ccdcgan.networks.tiles import TilesGenerator

GENERATORS: dict[str, type[Any]] = {
    "atoms": Generator,
    "tiles": TilesGenerator,
    "paper": PaperGenerator,
}
"""By `gan.network` of the config."""
