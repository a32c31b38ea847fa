"""What the generator is to follow, and the networks that say how far it does."""

from typing import Literal

from pydantic import Field, model_validator

from ccdcgan.core.settings.fields import (
    Count,
    NotNegative,
    Positive,
    PropertyName,
    Settings,
    Several,
    refuse,
)
from ccdcgan.core.settings.learning import EpochSettings


class ConstraintProperty(Settings):
    """A property that the generator is to follow."""

    name: str = Field(description="one of data.properties, or volume_per_atom")
    weight: NotNegative = Field(description="ω of equation (2)")
    goal: Literal["minimise", "maximise", "target"]
    # An entry of a list takes nothing over from config.yaml: this key may be left out.
    target: float | None = Field(
        default=None, description="in the property's unit; needed by the goal target"
    )

    @model_validator(mode="after")
    def _has_target(self) -> "ConstraintProperty":
        if self.goal == "target" and self.target is None:
            refuse([((), "the goal 'target' needs a key 'target' with a number")])
        return self


class ConstraintTraining(EpochSettings):
    """A network that predicts a property, and its training."""

    network: Literal["atoms", "tiles", "paper"] = Field(
        description="atoms: messages between the atoms of a graph; tiles: convolutions over its "
        "tiles; paper: convolutions over it as over a picture"
    )
    start: PropertyName | None = Field(
        description="one of the properties, whose shipped network the others go on from; null: "
        "they are trained from nothing",
    )
    features: Literal["frozen", "free"] = Field(
        description="with a start, what it knows of atoms and bonds: kept as it is, or trained on",
    )
    width: Count = Field(description="numbers of an atom, or channels")
    blocks: Count = Field(description="rounds of messages, of attention, or convolutions")


class ExchangeLabelSettings(Settings):
    """Section `constraint.exchanges`: crystals with exchanged elements to learn from as well."""

    number: int = Field(
        ge=0,
        description="crystals with exchanged elements whose formation energies, by the potential, "
        "are learnt from beside those of the data; 0: none",
    )
    shards: Count = Field(description="jobs that draw and label them")
    temperatures: Several[Positive] = Field(
        description="of the exchanges, as generate.exchange; one is drawn for each crystal"
    )


class ConstraintSettings(ConstraintTraining):
    """Section `constraint`."""

    exchanges: ExchangeLabelSettings

    properties: Several[ConstraintProperty] = Field(
        description="each gets a network of its own; the generator follows all of them at once"
    )

    @model_validator(mode="after")
    def _named_once(self) -> "ConstraintSettings":
        names = [entry.name for entry in self.properties]
        refuse(
            (("properties", index), f"{name!r} is named twice: name each property once")
            for index, name in enumerate(names)
            if names.count(name) > 1
        )
        return self

    @model_validator(mode="after")
    def _has_start(self) -> "ConstraintSettings":
        names = [entry.name for entry in self.properties]
        if self.start is None:
            return self
        if self.start not in names:
            text = (
                f"{self.start!r} is none of constraint.properties: allowed are {', '.join(names)}"
            )
            refuse([(("start",), text)])
        if self.network != "atoms":
            text = f"{self.start!r}, but network {self.network!r} starts from none: set null"
            refuse([(("start",), text)])
        return self
