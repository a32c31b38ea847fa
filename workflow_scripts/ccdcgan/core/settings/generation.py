"""How many graphs are made, and of what."""

from typing import Literal

from pydantic import Field, model_validator

from ccdcgan.core.settings.fields import (
    Count,
    Element,
    Pair,
    Place,
    Positive,
    Seed,
    Settings,
    SeveralUnique,
    Share,
    System,
    refuse,
)

LOWEST_START = 0.03  # Å


class DescentSettings(Settings):
    """Section `generate.descent`: of the noise, toward what the constraints ask for."""

    steps: int = Field(ge=0, description="0: none")
    rate: Positive = Field(description="learning rate")


class GenerateSettings(Settings):
    """Section `generate`."""

    graphs: Count = Field(description="number of graphs of a variant")
    shards: Count = Field(description="jobs a variant")
    seed: Seed | None = Field(
        description="of the noise and the compositions; null: from the root seed"
    )
    systems: SeveralUnique[System] | None = Field(
        description="chemical systems of the crystals; null: the training data's compositions"
    )
    max_atoms: int = Field(ge=1, le=20, description="of a cell")
    fractions: dict[Element, Pair[Share]] = Field(
        description="by element, the least and the largest share of the atoms"
    )
    compositions: Literal["generated", "training"] = Field(
        description="gan.network: templates; whether compositions follow from the exchange of "
        "elements or are drawn from those of the training data"
    )
    proposals: Count = Field(
        description="gan.network: templates; crystals of which the constraints choose one for a "
        "graph of ccdcgan"
    )
    exchange: Positive = Field(
        description="gan.network: templates; temperature: the higher, the less alike old and new "
        "elements are"
    )
    refine: int = Field(
        ge=0,
        description="gan.network: templates; times that the refiner moves atoms and cells of "
        "exchanged crystals",
    )
    start: float = Field(
        ge=0,
        le=1.5,
        description="Å; noise taken from atoms that the generator has placed, or that an exchange "
        "drawn before has; with 0 the denoiser does nothing",
    )
    descent: DescentSettings
    levels: int = Field(ge=0, description="steps of the denoiser")
    final_steps: int = Field(ge=0, description="steps of the denoiser without noise")
    present: Positive = Field(
        description="gan.network: paper; share of the mean norm at which an element is present"
    )

    @model_validator(mode="after")
    def _consistent(self) -> "GenerateSettings":
        faults: list[tuple[Place, str]] = [
            (("fractions", element), f"{[least, largest]} has its least share above its largest")
            for element, (least, largest) in self.fractions.items()
            if least > largest
        ]
        if 0 < self.start < LOWEST_START:
            text = f"{self.start} is neither 0 nor at least {LOWEST_START}"
            faults.append((("start",), text))
        if self.graphs < self.shards:
            graphs = f"{self.graphs} graphs are fewer than generate.shards ({self.shards})"
            faults.append((("graphs",), graphs))
        refuse(faults)
        return self
