"""How crystals are handed on to other tools."""

from pydantic import Field

from ccdcgan.core.settings.fields import Positive, Settings


class ExportSettings(Settings):
    """Section `export`."""

    symprec: Positive = Field(
        description="Å; how far atoms may lie from where the symmetry of a CIF puts them"
    )
