"""The network that brings crystals with exchanged elements to rest."""

from pydantic import Field

from ccdcgan.core.settings.fields import Count, Positive
from ccdcgan.core.settings.learning import UpdateSettings


class RefinerSettings(UpdateSettings):
    """Section `refiner`."""

    templates: Count = Field(description="training crystals from which each crystal is reached")
    shards: Count = Field(description="jobs that pair crystals with templates")
    learning_rate: Positive = Field(description="of Adam; falls to zero along a cosine")
