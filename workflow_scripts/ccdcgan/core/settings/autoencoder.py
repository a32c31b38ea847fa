"""Voxel images, the autoencoders that read them, and the graphs that they write."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticKnownError

from ccdcgan.core.settings.fields import Count, Positive, Settings
from ccdcgan.core.settings.learning import EpochSettings


def _whole(value: Any) -> Any:
    """Return the value unless it is no integer: 64.0 would pass for the choice 64."""
    if type(value) is not int:
        raise PydanticKnownError("int_type")
    return value


class SiteVoxelSettings(Settings):
    """Section `voxels.sites`: the images of the atoms of an element."""

    grid: Annotated[Literal[32, 64], BeforeValidator(_whole)] = Field(
        description="voxels along each axis"
    )
    sigma: float = Field(gt=0, le=8, description="voxels; width of the Gaussian of an atom")


class LatticeVoxelSettings(Settings):
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


class AutoencoderTraining(EpochSettings):
    """Sections `autoencoder.combined` and `autoencoder.lattice`: a network and its training."""

    latent: int = Field(ge=6, le=256, description="numbers of an image, in a tile of 16×16")
    width: Count = Field(description="units of a hidden layer")
    blocks: Count = Field(description="residual blocks on either side")


class AutoencoderSettings(Settings):
    """Section `autoencoder`."""

    network: Literal["dense", "convolutional", "paper"]
    graphs: Literal["combined", "separated"] = Field(
        description="which encoder and decoder the graphs use"
    )
    combined: AutoencoderTraining = Field(description="one network for all elements")
    separated: EpochSettings = Field(description="one network an element, from the combined one")
    lattice: AutoencoderTraining


class GraphSettings(Settings):
    """Section `graphs`."""

    layout: Literal["tiles", "rows"] = Field(
        description="how latent vectors stand in a graph; rows: as in the paper"
    )
