"""Voxel images of the sites and of the lattices."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticKnownError

from ccdcgan.core.settings.fields import Count, Positive, Settings


def _whole(value: Any) -> Any:
    """Return the value unless it is no integer: 64.0 would pass for the choice 64."""
    if type(value) is not int:
        raise PydanticKnownError("int_type")
    return value


class ImageSettings(Settings):
    """What the images of the sites and those of the lattices have in common."""

    grid: int
    sigma: float


class SiteVoxelSettings(ImageSettings):
    """Section `voxels.sites`: the images of the atoms of an element."""

    grid: Annotated[Literal[32, 64], BeforeValidator(_whole)] = Field(
        description="voxels along each axis"
    )
    sigma: float = Field(gt=0, le=8, description="voxels; width of the Gaussian of an atom")


class LatticeVoxelSettings(ImageSettings):
    """Section `voxels.lattice`: the images of the lattices."""

    grid: Annotated[Literal[16, 32], BeforeValidator(_whole)] = Field(
        description="voxels along each axis"
    )
    sigma: Positive = Field(description="Å; width of the Gaussian of the metric")


class VoxelSettings(Settings):
    """Section `voxels`."""

    shards: Count = Field(description="jobs, each of which writes one file of each kind")
    sites: SiteVoxelSettings
    lattice: LatticeVoxelSettings
