"""Where structures come from, and which of them are kept."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from ccdcgan.core.settings.fields import (
    Count,
    Element,
    NotNegative,
    Place,
    Plain,
    Positive,
    PropertyName,
    Settings,
    Several,
    SeveralUnique,
    Sha256,
    Share,
    Text,
    Unique,
    Url,
    refuse,
)

Source = Literal["prototypes", "local", "materials_project", "matbench", "optimade"]


def _as_list(sources: Any) -> Any:
    return [sources] if isinstance(sources, str) else sources


class DataProperty(Settings):
    """A property of the structures."""

    name: PropertyName
    unit: str
    required: bool = Field(description="whether a structure without it is dropped")


class FilterSettings(Settings):
    """Section `data.filters`: which structures are kept. Null: no limit."""

    max_sites: int = Field(ge=1, le=20, description="atoms in the primitive cell")
    max_length: Positive = Field(description="Å; longest cell edge")
    min_distance: NotNegative = Field(description="Å; shortest distance between two atoms")
    min_energy: float | None = Field(description="eV/atom; smallest formation energy")
    max_energy: float | None = Field(description="eV/atom; largest formation energy")
    max_above_hull: float | None = Field(description="eV/atom; of the property energy_above_hull")
    elements: Unique[Element] = Field(description="only structures of these; empty: of all")
    exclude: Unique[Element] = Field(description="no structure with one of these")


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


class CopySettings(Settings):
    """Section `data.prototypes.copies`: disturbed copies of each relaxed structure."""

    strained: int = Field(ge=0, description="copies with a random strain")
    rattled: int = Field(ge=0, description="copies with random displacements")
    max_strain: float = Field(ge=0, le=0.2, description="largest component of the strain")
    displacement: float = Field(
        ge=0, le=0.5, description="Å; standard deviation of a displacement along an axis"
    )


class PrototypeSettings(Settings):
    """Section `data.prototypes`: structures from crystal prototypes."""

    max_prototypes: Count | None = Field(
        description="a cap for each number of elements, smallest cells first; null: all"
    )
    shards: Count = Field(description="relaxation jobs for each system")
    copies: CopySettings


class DataSettings(Settings):
    """Section `data`: the structures of the run."""

    source: Annotated[
        SeveralUnique[Source],
        BeforeValidator(_as_list, json_schema_input_type=Source | SeveralUnique[Source]),
    ] = Field(description="a source, or a list of different ones")
    path: Text | None = Field(description="file or folder of the source local")
    columns: dict[str, Text] = Field(description="by name of ours, the name in the files")
    energy_scheme: Text = Field(description="what the energies of the local files are")
    properties: Several[DataProperty] = Field(description="what is known of a structure")
    cell: Literal["primitive", "niggli", "as_given"]
    filters: FilterSettings
    split: SplitSettings
    shards: Count = Field(description="jobs that standardise and filter")
    materials_project: MaterialsProjectSettings
    matbench: MatbenchSettings
    optimade: OptimadeSettings
    prototypes: PrototypeSettings

    @property
    def property_names(self) -> list[str]:
        """The names of the properties, in the order of the configuration."""
        return [entry.name for entry in self.properties]

    @model_validator(mode="after")
    def _consistent(self) -> "DataSettings":
        names = self.property_names
        faults: list[tuple[Place, str]] = []
        needed: dict[str, dict[Place, str | None]] = {
            "local": {("path",): self.path},
            "optimade": {
                ("optimade", "url"): self.optimade.url,
                ("optimade", "filter"): self.optimade.filter,
            },
        }
        for source in self.source:
            for place, value in needed.get(source, {}).items():
                if not value:
                    faults.append((place, f"the source {source!r} needs it"))
        for name in sorted({name for name in names if names.count(name) > 1}):
            faults.append((("properties",), f"{name!r} is named twice: name each once"))
        if self.filters.max_above_hull is not None and "energy_above_hull" not in names:
            limit = f"{self.filters.max_above_hull} needs energy_above_hull in data.properties"
            faults.append((("filters", "max_above_hull"), limit))
        refuse(faults)
        return self
