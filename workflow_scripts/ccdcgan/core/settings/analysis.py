"""Hulls, statistics, match rates, and the experiment with hypothetical structures."""

from typing import Literal

from pydantic import Field

from ccdcgan.core.settings.fields import (
    Count,
    Fraction,
    NotNegative,
    Positive,
    Seed,
    Settings,
    SeveralUnique,
    System,
    Text,
    Unique,
    Variant,
)
from ccdcgan.core.settings.potential import NAME

Corrections = Literal["mp2020", "none"]


class KnownPhaseSettings(Settings):
    """Section `known_phases`: those that novelty and hulls are judged by, whatever the data are."""

    path: Text | None = Field(description="their table; null: the phases of the data alone")
    max_above_hull: NotNegative = Field(
        description="eV/atom above the static hull; those below it are relaxed"
    )
    chosen_by: str | None = Field(
        pattern=NAME, description="potential of the static hull; null: that of the energies"
    )
    shards: Count = Field(description="jobs of the target known_phases, which makes the table")


class JudgeCheckSettings(Settings):
    """Section `judge_check`: crystals whose energies above the hull are known by DFT."""

    path: Text | None = Field(description="their file; null: the target judge_check is not used")
    shards: Count = Field(description="jobs of its relaxations")


class HullSettings(Settings):
    """Section `hull`."""

    reference: Literal["potential", "source"] = Field(
        description="whose energies the known phases have"
    )
    corrections: Corrections = Field(
        description="of energies by a potential: the Materials Project's of 2020, or none"
    )
    stable_below: NotNegative = Field(description="eV/atom above the known hull")
    few: Fraction = Field(description="share of the graphs whose hull is drawn beside that of all")


class StatisticsSettings(Settings):
    """Section `statistics`."""

    sample: Count = Field(description="graphs of a variant and structures of the test part")
    relaxed: bool = Field(description="whether relaxed crystals are part of them")
    predicted: bool = Field(
        description="whether the distance of predicted formation energies is part of them, for "
        "which the data become graphs"
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


class BenchmarkSettings(Settings):
    """Section `benchmark`."""

    crystals: Count = Field(description="crystals of a variant, the first that come of its graphs")
    variant: str | None = Field(
        description="one of gan.variants or baselines; null for all of gan.variants"
    )
    potentials: Unique[Literal["7net-0", "7net-l3i5", "chgnet"]] = Field(
        description="those that judge, each by hulls of its own"
    )


class ArmGenerateSettings(Settings):
    """What an arm may have of section `generate`; as there where it is left out."""

    graphs: Count | None = Field(None, description="see generate.graphs")
    systems: SeveralUnique[System] | None = Field(None, description="see generate.systems")
    compositions: Literal["generated", "training"] | None = Field(
        None, description="see generate.compositions"
    )
    novel: bool | None = Field(None, description="see generate.novel")
    proposals: Count | None = Field(None, description="see generate.proposals")
    choose: Literal["compositions", "templates"] | None = Field(
        None, description="see generate.choose"
    )
    critic: int | None = Field(None, ge=0, description="see generate.critic")
    exchange: Positive | None = Field(None, description="see generate.exchange")
    rearranged: int | None = Field(None, ge=0, description="see generate.rearranged")
    tries: Count | None = Field(None, description="see generate.tries")
    refine: int | None = Field(None, ge=0, description="see generate.refine")
    start: NotNegative | None = Field(None, description="see generate.start")
    leave: Literal["repeats", "all"] | None = Field(None, description="see generate.leave")
    levels: int | None = Field(None, ge=0, description="see generate.levels")
    final_steps: int | None = Field(None, ge=0, description="see generate.final_steps")


class ArmSettings(Settings):
    """One of `arms`: crystals that are made otherwise."""

    variant: Variant = Field(description="whose networks make the crystals")
    network: Literal["atoms", "tiles", "paper"] | None = Field(
        None, description="of gan; that of pretrained.manifest. null: gan.network"
    )
    generate: ArmGenerateSettings = Field(description="what differs from section generate")


class AugmentationSettings(Settings):
    """Section `augmentation`."""

    system: System | None = Field(description="one of the systems; null for the first")
    hypothetical: Count | None = Field(
        description="compounds of the system that one arm is trained on; null for all"
    )
    graphs: Count = Field(description="an arm and seed")
    seeds: SeveralUnique[Seed] = Field(description="whole numbers, each once")
