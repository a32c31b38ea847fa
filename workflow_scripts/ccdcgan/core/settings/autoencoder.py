"""The autoencoders that read voxel images, and the graphs that they write."""

from typing import Literal

from pydantic import Field, TypeAdapter

from ccdcgan.core.settings.fields import Count, Settings
from ccdcgan.core.settings.learning import EpochSettings


class AutoencoderTraining(EpochSettings):
    """Sections `autoencoder.combined` and `autoencoder.lattice`: a network and its training."""

    latent: int = Field(ge=6, le=256, description="numbers of an image, in a tile of 16×16")
    width: Count = Field(description="units of a hidden layer")
    blocks: Count = Field(description="residual blocks on either side")


NETWORK_TRAINING: TypeAdapter[EpochSettings] = TypeAdapter(AutoencoderTraining | EpochSettings)
"""Of a network of its own shape, or of one that goes on from a network of the same shape."""


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
