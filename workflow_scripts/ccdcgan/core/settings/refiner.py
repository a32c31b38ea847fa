"""The network that brings crystals with exchanged elements to rest."""

from pydantic import Field

from ccdcgan.core.settings.fields import Count, Positive
from ccdcgan.core.settings.learning import UpdateSettings


class RefinerSettings(UpdateSettings):
    """Section `refiner`."""

    templates: Count = Field(description="training crystals from which each crystal is reached")
    shards: Count = Field(description="jobs that pair crystals with templates")
    width: Count = Field(description="numbers of an atom within the network")
    blocks: Count = Field(description="rounds of messages between neighbours")
    learning_rate: Positive = Field(description="of Adam; falls to zero along a cosine")
