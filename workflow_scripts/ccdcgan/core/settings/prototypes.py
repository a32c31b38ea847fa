"""Structures from crystal prototypes, and their copies."""

from pydantic import Field

from ccdcgan.core.settings.fields import Count, Settings


class CopySettings(Settings):
    """Section `data.prototypes.copies`: disturbed copies of each relaxed structure."""

    strained: int = Field(ge=0, description="copies with a random strain")
    rattled: int = Field(ge=0, description="copies with random displacements")
    max_strain: float = Field(ge=0, le=0.2, description="largest component of the strain")
    displacement: float = Field(
        ge=0, le=0.5, description="Å; standard deviation of a displacement along an axis"
    )


class PrototypeSettings(Settings):
    """Section `data.prototypes`: structures from crystal prototypes."""

    max_prototypes: Count | None = Field(
        description="a cap for each number of elements, smallest cells first; null: all"
    )
    shards: Count = Field(description="relaxation jobs for each system")
    copies: CopySettings
