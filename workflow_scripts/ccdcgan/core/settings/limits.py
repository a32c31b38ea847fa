"""How much of a file from anyone is read."""

from pydantic import Field

from ccdcgan.core.settings.fields import Count, Settings


class LimitSettings(Settings):
    """Section `data.limits`: sizes and counts beyond which a file or a structure is refused."""

    file: Count = Field(description="MB; of a file, or of all that an archive holds, unpacked")
    entry: Count = Field(description="MB; of the text of one structure")
    structures: Count = Field(description="of a file, a folder or an archive")
    atoms: Count = Field(description="of a structure as it is given; more make it a row")
    depth: Count = Field(description="of lists and mappings within one another, in JSON")


USUAL = LimitSettings(file=4000, entry=20, structures=2_000_000, atoms=500, depth=50)
"""Those of `config.yaml`, for readers that are told of no others."""
MB = 10**6
