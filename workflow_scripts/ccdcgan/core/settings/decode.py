"""How graphs are decoded."""

from pydantic import Field

from ccdcgan.core.settings.fields import Fraction, Positive, Settings


class DecodeSettings(Settings):
    """Section `decode`."""

    threshold: Fraction = Field(
        description="height of a peak that counts as an atom; 1: a full Gaussian"
    )
    min_distance: Positive = Field(description="Å; atoms closer than this make a crystal invalid")
