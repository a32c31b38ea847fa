"""Sources that are asked over the network."""

from typing import Literal

from pydantic import Field, model_validator

from ccdcgan.core.settings.fields import Plain, PropertyName, Settings, Sha256, Text, Url, refuse


class MaterialsProjectSettings(Settings):
    """Section `data.materials_project`: a query to the Materials Project."""

    endpoint: Url = Field(description="address of the server, http:// or https://")
    criteria: Plain = Field(min_length=1, description="of the client's summary search")
    thermo_type: Literal["GGA_GGA+U", "GGA_GGA+U_R2SCAN", "R2SCAN"] = Field(
        description="scheme of all energies"
    )
    page: int = Field(ge=1, le=1000, description="materials of a request")


class MatbenchSettings(Settings):
    """Section `data.matbench`: a dataset of Matbench."""

    dataset: Literal["matbench_mp_e_form", "matbench_mp_gap"]
    url: Text | None = Field(description="a copy of the dataset's file")
    sha256: Sha256 | None = Field(description="SHA-256 of that copy, 64 hexadecimal digits")

    @model_validator(mode="after")
    def _together(self) -> "MatbenchSettings":
        if bool(self.url) != bool(self.sha256):
            refuse([((), "url and sha256 are given together or not at all")])
        return self


class OptimadeSettings(Settings):
    """Section `data.optimade`: a query to an OPTIMADE provider."""

    url: Url | None = Field(description="base URL of a provider, http:// or https://")
    filter: str | None = Field(description="in the OPTIMADE filter language")
    properties: dict[PropertyName, Text] = Field(description="by name of ours, the provider's")
    energy_scheme: Text | None = Field(description="of its energies; null: the provider's host")
