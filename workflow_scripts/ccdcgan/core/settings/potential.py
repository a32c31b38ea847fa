"""The interatomic potential, and the relaxation of crystals by it."""

import json
from typing import Literal

from pydantic import Field

from ccdcgan.core.settings.fields import Count, Plain, Positive, Settings

NAME = r"^(7net-0|7net-l3i5|chgnet|[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*)$"


class PotentialSettings(Settings):
    """Section `potential`: what labels and relaxes."""

    name: str = Field(
        pattern=NAME,
        description=(
            "7net-0, 7net-l3i5, chgnet or the import path of an ASE calculator, such as "
            "ase.calculators.emt:EMT"
        ),
    )
    arguments: Plain = Field(description="of the calculator, such as device: cuda")
    fmax: Positive = Field(
        description="eV/Å; largest force at which a relaxation counts as converged"
    )
    max_steps: Count = Field(description="steps of a relaxation")

    @property
    def energy_scheme(self) -> str:
        """Return what its energies are called: its name, and its arguments if it has some."""
        told = f" {json.dumps(self.arguments, sort_keys=True)}" if self.arguments else ""
        return self.name + told

    def named(self, name: str) -> "PotentialSettings":
        """Return the same settings for another potential, which takes no arguments."""
        return self.model_copy(update={"name": name, "arguments": {}})


class RelaxSettings(Settings):
    """Section `relax`: the relaxation of novel crystals."""

    max_structures: Count = Field(description="novel crystals of a variant that are relaxed")
    within: Literal["systems"] | None = Field(
        description="systems: only crystals of the chemical systems of the run; null: all"
    )
    choose: Literal["sample", "best"] = Field(
        description="which of the novel crystals: a fair sample, or those lowest above the hull"
    )
    first: str | None = Field(
        pattern=NAME, description="a cheaper potential that relaxes them before; null: none"
    )
    keep_unconverged: bool = Field(
        description="whether relaxations that ran out of steps count in means and on hulls"
    )
    shards: Count = Field(description="jobs a variant")
