"""What the trainings of all networks are told alike."""

from pydantic import Field

from ccdcgan.core.settings.fields import Count, Fraction, Positive, Settings


class EpochSettings(Settings):
    """A training that passes over the training part until it no longer improves."""

    epochs: Count = Field(description="passes over the training part")
    batch: Count = Field(description="samples of an update")
    learning_rate: Positive = Field(description="of Adam; falls to zero along a cosine")
    patience: Count = Field(description="epochs without improvement before it stops")


class UpdateSettings(Settings):
    """A training of so many updates, which keeps the running average of the weights."""

    steps: Count = Field(description="updates")
    steps_per_epoch: Count = Field(description="updates between two checkpoints")
    batch: int = Field(ge=2, description="samples of an update")
    average: Fraction = Field(description="decay of the running average of the weights")
