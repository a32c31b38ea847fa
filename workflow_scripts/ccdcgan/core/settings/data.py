"""Where structures come from, and which of them are kept."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from ccdcgan.core.settings.fields import (
    Count,
    Place,
    PropertyName,
    Settings,
    Several,
    SeveralUnique,
    Text,
    refuse,
)
from ccdcgan.core.settings.filters import FilterSettings
from ccdcgan.core.settings.limits import LimitSettings
from ccdcgan.core.settings.prototypes import PrototypeSettings
from ccdcgan.core.settings.sources import (
    MatbenchSettings,
    MaterialsProjectSettings,
    OptimadeSettings,
)
from ccdcgan.core.settings.split import SplitSettings

Source = Literal["prototypes", "known_phases", "local", "materials_project", "matbench", "optimade"]

RESERVED = (
    *("id", "formula", "chemical_system", "num_sites", "lattice", "species", "frac_coords"),
    *("volume_per_atom", "energy_scheme", "kind", "parent", "provenance", "source", "dropped"),
    *("space_group", "split"),
)
"""Columns of the table of structures, which no property can be called."""


def _as_list(sources: Any) -> Any:
    return [sources] if isinstance(sources, str) else sources


class DataProperty(Settings):
    """A property of the structures."""

    name: PropertyName
    unit: Text = Field(description="such as eV; 1 for a pure number")
    required: bool = Field(description="whether a structure without it is dropped")


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
    limits: LimitSettings
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
        for number, name in enumerate(names):
            if name in RESERVED:
                text = f"{name!r} is a column of the table of structures: choose another name, and "
                text += f"name it in data.columns, such as {{{name}_value: {name}}}"
                faults.append((("properties", number, "name"), text))
        if self.filters.max_above_hull is not None and "energy_above_hull" not in names:
            limit = f"{self.filters.max_above_hull} needs energy_above_hull in data.properties"
            faults.append((("filters", "max_above_hull"), limit))
        refuse(faults)
        return self
