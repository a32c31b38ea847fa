"""Which structures are kept."""

from typing import Annotated

from pydantic import Field

from ccdcgan.core.settings.fields import Element, NotNegative, Positive, Settings, Unique


class FilterSettings(Settings):
    """Section `data.filters`: which structures are kept. Null: no limit."""

    max_sites: Annotated[int, Field(ge=1, le=20)] | None = Field(
        description="atoms in the primitive cell; networks read at most 20"
    )
    max_length: Positive = Field(description="Å; longest cell edge")
    min_distance: NotNegative = Field(description="Å; shortest distance between two atoms")
    min_energy: float | None = Field(description="eV/atom; smallest formation energy")
    max_energy: float | None = Field(description="eV/atom; largest formation energy")
    max_above_hull: float | None = Field(description="eV/atom; of the property energy_above_hull")
    elements: Unique[Element] = Field(description="only structures of these; empty: of all")
    exclude: Unique[Element] = Field(description="no structure with one of these")
