"""The generator, its discriminator, and their training."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from ccdcgan.core.settings.fields import (
    Count,
    NotNegative,
    Positive,
    Seed,
    Settings,
    SeveralUnique,
    Variant,
)
from ccdcgan.core.settings.learning import UpdateSettings


class AtomsGanSettings(Settings):
    """Section `gan.atoms`: the generator that places atoms, which encoders write as a graph."""

    width: Count = Field(description="numbers of an atom within the networks")
    blocks: Count = Field(description="blocks of attention")
    learning_rate: Positive = Field(description="of Adam; falls to zero along a cosine")
    penalty: NotNegative = Field(description="weight of the discriminator's smoothness penalty")
    anchor: NotNegative = Field(
        description="weight of making the training crystals again; 0: the adversary alone"
    )
    geometry: NotNegative = Field(
        description="weight of distances and volumes like those of the training crystals"
    )


class PaperGanSettings(Settings):
    """Section `gan.paper`: the paper's generator, whose convolutions write the graph."""

    width: Count = Field(description="channels next to the graph")
    blocks: int = Field(
        ge=1, le=5, description="convolutions; a graph of 160×160 can be halved 5 times"
    )
    learning_rate: Positive = Field(description="of Adam")


class FlowSettings(Settings):
    """Section `gan.tiles.flow`: the training before that with a discriminator."""

    steps: Count = Field(description="updates")
    learning_rate: Positive = Field(description="of Adam; falls to zero along a cosine")


class TilesGanSettings(Settings):
    """Section `gan.tiles`: convolutions over tiles, which write those of given elements."""

    width: Count = Field(description="numbers of a tile within the network")
    blocks: Count = Field(description="blocks of attention between the tiles")
    learning_rate: Positive = Field(description="of Adam; falls to zero along a cosine")
    penalty: NotNegative = Field(description="weight of the discriminator's smoothness penalty")
    rounds: Count = Field(description="passes over the tiles, from noise to a graph")
    anchor: NotNegative = Field(
        description="weight of the flow beside the adversary; 0: the adversary alone"
    )
    flow: FlowSettings


class SharedGanSettings(UpdateSettings):
    """What the training of any generator is told."""

    noise: int = Field(
        ge=20,
        multiple_of=20,
        description="Gaussian numbers of which a graph is made; as many for each of 20 atoms",
    )
    temperature: Positive = Field(
        description="compositions weigh exp(-Σωf/temperature) with constraints"
    )


class GanSettings(SharedGanSettings):
    """Section `gan`."""

    network: Literal["templates", "atoms", "tiles", "paper"] = Field(
        description="what a graph is made of: training crystals with elements exchanged, atoms "
        "that a network places, tiles of given elements, or numbers alone"
    )
    variants: SeveralUnique[Variant] = Field(
        description="dcgan follows no constraint; ccdcgan follows all of them"
    )
    seed: Seed | None = Field(description="of weights and batches; null: from the root seed")
    atoms: AtomsGanSettings
    tiles: TilesGanSettings
    paper: PaperGanSettings


class AtomsGanTraining(SharedGanSettings, AtomsGanSettings):
    """Training of the generator that places atoms."""

    network: Literal["atoms"]


class TilesGanTraining(SharedGanSettings, TilesGanSettings):
    """Training of the generator that writes tiles."""

    network: Literal["tiles"]


class PaperGanTraining(SharedGanSettings, PaperGanSettings):
    """Training of the paper's generator."""

    network: Literal["paper"]


GanTraining = AtomsGanTraining | TilesGanTraining | PaperGanTraining
"""What one training is told: what all generators share, and the chosen one's section."""
GAN_TRAINING: TypeAdapter[GanTraining] = TypeAdapter(
    Annotated[GanTraining, Field(discriminator="network")]
)
