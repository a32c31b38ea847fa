"""The parts for training, validation and test."""

from typing import Literal

from pydantic import Field, model_validator

from ccdcgan.core.settings.fields import Settings, Share, refuse


class SplitSettings(Settings):
    """Section `data.split`: the shares of the three parts."""

    by: Literal["structure", "formula", "system"] = Field(
        description="what never falls into two parts"
    )
    train: Share
    validation: Share
    test: Share

    @model_validator(mode="after")
    def _adds_up(self) -> "SplitSettings":
        total = self.train + self.validation + self.test
        if abs(total - 1) > 1e-9:
            parts = self.model_dump(exclude={"by"})
            refuse([((), f"{parts} adds up to {total:g}, not 1: give fractions of all structures")])
        return self
