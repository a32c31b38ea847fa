"""Hulls, statistics, match rates, and the experiment with hypothetical structures."""

from typing import Literal

from pydantic import Field

from ccdcgan.core.settings.fields import (
    Count,
    Fraction,
    NotNegative,
    Seed,
    Settings,
    SeveralUnique,
    System,
    Variant,
)


class HullSettings(Settings):
    """Section `hull`."""

    reference: Literal["potential", "source"] = Field(
        description="whose energies the known phases have"
    )
    stable_below: NotNegative = Field(description="eV/atom above the known hull")
    few: Fraction = Field(description="share of the graphs whose hull is drawn beside that of all")


class StatisticsSettings(Settings):
    """Section `statistics`."""

    sample: Count = Field(description="graphs of a variant and structures of the test part")
    relaxed: bool = Field(description="whether relaxed crystals are part of them")
    max_above_hull: NotNegative | None = Field(
        description="eV/atom; known phases that get an energy by the potential; null: all"
    )
    pictures: Count = Field(description="novel crystals of a variant that are drawn")
    csp: bool = Field(description="whether the match rate of target csp is part of them")


class CspSettings(Settings):
    """Section `csp`: structures of the test part, predicted from their compositions."""

    sample: Count | None = Field(description="structures of the test part; null: all")
    tries: Count = Field(description="crystals that are made of each composition")
    shards: Count = Field(description="jobs")
    variant: Variant | None = Field(
        description="one of gan.variants whose networks predict; null: the first"
    )


class AugmentationSettings(Settings):
    """Section `augmentation`."""

    system: System | None = Field(description="one of the systems; null for the first")
    hypothetical: Count | None = Field(
        description="compounds of the system that one arm is trained on; null for all"
    )
    graphs: Count = Field(description="an arm and seed")
    seeds: SeveralUnique[Seed] = Field(description="whole numbers, each once")
