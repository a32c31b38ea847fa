"""The network that takes noise from the atoms and the cell of a crystal."""

from pydantic import Field

from ccdcgan.core.settings.fields import Count, Positive
from ccdcgan.core.settings.learning import UpdateSettings


class DenoiserSettings(UpdateSettings):
    """Section `denoiser`."""

    width: Count = Field(description="numbers of an atom within the network")
    blocks: Count = Field(description="rounds of messages between neighbours")
    learning_rate: Positive = Field(description="of Adam; falls to zero along a cosine")
