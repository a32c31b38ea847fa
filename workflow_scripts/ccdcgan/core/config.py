"""The configuration as a whole, and the faults that it may have."""

import json
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from os import PathLike
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field, ValidationError, model_validator

from ccdcgan.core.artifacts import atomic
from ccdcgan.core.errors import InputError
from ccdcgan.core.faults import fault_text
from ccdcgan.core.schema import inlined_schema, with_defaults
from ccdcgan.core.settings.analysis import (
    ArmSettings,
    AugmentationSettings,
    BenchmarkSettings,
    CspSettings,
    HullSettings,
    JudgeCheckSettings,
    KnownPhaseSettings,
    StatisticsSettings,
)
from ccdcgan.core.settings.autoencoder import AutoencoderSettings, GraphSettings
from ccdcgan.core.settings.baselines import BUILT_IN, TAKEN, Baselines, PeerName
from ccdcgan.core.settings.constraint import ConstraintSettings
from ccdcgan.core.settings.data import DataSettings
from ccdcgan.core.settings.decode import DecodeSettings
from ccdcgan.core.settings.denoiser import DenoiserSettings
from ccdcgan.core.settings.dft import DftSettings
from ccdcgan.core.settings.export import ExportSettings
from ccdcgan.core.settings.fields import Place, Settings, SeveralUnique, System, refuse
from ccdcgan.core.settings.finetune import FinetuneSettings
from ccdcgan.core.settings.gan import GanSettings
from ccdcgan.core.settings.generation import GenerateSettings
from ccdcgan.core.settings.hardware import HardwareSettings
from ccdcgan.core.settings.potential import PotentialSettings, RelaxSettings
from ccdcgan.core.settings.pretrained import PretrainedManifest, PretrainedSettings
from ccdcgan.core.settings.refiner import RefinerSettings
from ccdcgan.core.settings.voxels import VoxelSettings

WRITES_GRAPHS = ("tiles", "paper")
"""Networks of the generator, or of the constraint, for which there are no atoms."""
UNTOLD = "cannot be told which atoms a crystal has"


class Config(Settings):
    """The whole configuration: every section, and what they demand of one another."""

    seed: int = Field(ge=0, description="root of every random number")
    systems: SeveralUnique[System] = Field(description="chemical systems to design crystals for")
    pretrained: PretrainedSettings
    hardware: HardwareSettings
    potential: PotentialSettings
    data: DataSettings
    voxels: VoxelSettings
    autoencoder: AutoencoderSettings
    graphs: GraphSettings
    constraint: ConstraintSettings
    finetune: FinetuneSettings
    gan: GanSettings
    denoiser: DenoiserSettings
    refiner: RefinerSettings
    generate: GenerateSettings
    arms: dict[PeerName, ArmSettings] = Field(
        description="further crystals, by name: another network, or other keys of generate"
    )
    baselines: Baselines = Field(
        description="what the generated crystals are compared with: random, exchange, and by name "
        "the files of other models' crystals"
    )
    decode: DecodeSettings
    relax: RelaxSettings
    known_phases: KnownPhaseSettings
    hull: HullSettings
    statistics: StatisticsSettings
    benchmark: BenchmarkSettings
    judge_check: JudgeCheckSettings
    csp: CspSettings
    augmentation: AugmentationSettings
    dft: DftSettings
    export: ExportSettings

    @model_validator(mode="after")
    def _consistent(self) -> "Config":
        refuse(
            [
                *self._property_faults(),
                *self._judge_faults(),
                *self._name_faults(),
                *self._arm_faults(),
                *self._network_faults(),
            ]
        )
        return self

    def _property_faults(self) -> Iterator[tuple[Place, str]]:
        names = self.data.property_names
        if self.hull.reference == "source" and "formation_energy_per_atom" not in names:
            text = "'source' needs formation_energy_per_atom in data.properties"
            yield ("hull", "reference"), text
        known = [*names, "volume_per_atom"]
        for index, entry in enumerate(self.constraint.properties):
            if entry.name not in known:
                text = f"{entry.name!r} is none of data.properties: allowed are {', '.join(known)}"
                yield ("constraint", "properties", index, "name"), text

        start = self.constraint.start
        if start and not (self.pretrained.manifest and "constraint" in self.pretrained.networks):
            text = f"{start!r} is a shipped network: name constraint in pretrained.networks"
            yield ("constraint", "start"), text

    def _judge_faults(self) -> Iterator[tuple[Place, str]]:
        if "known_phases" in self.data.source and not self.known_phases.path:
            yield ("data", "source"), "'known_phases' needs the table known_phases.path"
        if self.hull.reference == "source" and self.hull.corrections != "none":
            text = (
                f"{self.hull.corrections!r}, but with hull.reference 'source' the energies are "
                "DFT's as published: set none"
            )
            yield ("hull", "corrections"), text

    def _name_faults(self) -> Iterator[tuple[Place, str]]:
        systems, system = self.generate.systems or self.systems, self.augmentation.system
        if system is not None and system not in systems:
            allowed = ", ".join(systems)
            text = f"{system!r} is none of the systems of the run: allowed are {allowed}"
            yield ("augmentation", "system"), text
        variant, variants = self.benchmark.variant, [*self.gan.variants, *self.baselines]
        if variant is not None and variant not in variants:
            allowed = ", ".join(variants)
            text = f"{variant!r} is none of the variants of the run: allowed are {allowed}"
            yield ("benchmark", "variant"), text
        variant = self.csp.variant
        if variant is not None and variant not in self.gan.variants:
            allowed = ", ".join(self.gan.variants)
            yield ("csp", "variant"), f"{variant!r} is none of gan.variants: allowed are {allowed}"

    def _arm_faults(self) -> Iterator[tuple[Place, str]]:
        taken = self.pretrained.networks if self.pretrained.manifest else []
        for name, arm in self.arms.items():
            if name in self.baselines or name in (*BUILT_IN, *TAKEN):
                text = f"{name!r} is the name of something else: choose another one"
                yield ("arms",), text
            if arm.variant not in self.gan.variants:
                allowed = ", ".join(self.gan.variants)
                text = f"{arm.variant!r} is none of gan.variants: allowed are {allowed}"
                yield ("arms", name, "variant"), text
            if (arm.generate.graphs or self.generate.graphs) < self.generate.shards:
                text = (
                    f"{arm.generate.graphs} graphs are fewer than generate.shards "
                    f"({self.generate.shards})"
                )
                yield ("arms", name, "generate", "graphs"), text
            if arm.network in (None, self.gan.network):
                continue
            place = ("arms", name, "network")
            if self.gan.network != "templates":
                text = (
                    f"{arm.network!r}, but gan.network {self.gan.network!r} has a generator of "
                    "that name: another one is for gan.network 'templates'"
                )
                yield place, text
            if "generator" not in taken:
                text = f"{arm.network!r} is a shipped one: name generator in pretrained.networks"
                yield place, text
        others = sorted({arm.network for arm in self.arms.values() if arm.network})
        if len(others) > 1:
            text = f"one other network at a time, but there are {', '.join(others)}"
            yield ("arms",), text

    def _network_faults(self) -> Iterator[tuple[Place, str]]:
        reads = self.constraint.network
        taken = self.pretrained.networks if self.pretrained.manifest else []
        for kind, section, network, own in (
            ("autoencoder", "autoencoder", self.autoencoder.network, "dense"),
            ("constraint", "constraint", reads, "atoms"),
        ):
            if kind in taken and network != own:
                text = (
                    f"{network!r}, but pretrained.networks takes another one, {own!r}: leave "
                    f"{kind!r} out there"
                )
                yield (section, "network"), text
        if self.constraint.exchanges.number and reads != "atoms":
            text = (
                f"{self.constraint.exchanges.number}, but constraint.network {reads!r} reads "
                "graphs, which they have none of: set 0"
            )
            yield ("constraint", "exchanges", "number"), text
        if self.gan.network == "templates":
            yield from self._template_faults()
        elif self.generate.novel:
            network = self.gan.network
            text = f"true, but gan.network {network!r} draws training compositions: set false"
            yield ("generate", "novel"), text
        if self.graphs.layout != "tiles" and (
            "tiles" in (self.gan.network, reads)
            or (self.gan.network != "paper" and reads == "paper")
        ):
            text = (
                f"{self.graphs.layout!r}, but with gan.network {self.gan.network!r} and "
                f"constraint.network {reads!r} graphs are read or written as 'tiles': set this"
            )
            yield ("graphs", "layout"), text
        if self.gan.network not in WRITES_GRAPHS:
            return
        written = f"gan.network {self.gan.network!r}"
        if reads == "atoms":
            text = f"{reads!r} reads atoms, but {written} writes graphs: set 'tiles' or 'paper'"
            yield ("constraint", "network"), text
        if self.statistics.csp:
            text = f"true, but {written} {UNTOLD}: set false"
            yield ("statistics", "csp"), text
        if self.generate.asked:
            text = f"a list, but {written} {UNTOLD}: set 'generated'"
            yield ("generate", "compositions"), text
        for key, free in (
            ("max_atoms", 20),
            ("fractions", {}),
            ("allowed", ()),
            ("forbidden", ()),
            ("charge_neutral", False),
        ):
            value = getattr(self.generate, key)
            chosen = self.gan.network == "tiles" and key in ("allowed", "forbidden")
            if value != free and not chosen:
                text = (
                    f"{value}, but {written} {UNTOLD}, "
                    f"only its elements (generate.systems): leave it at {free}"
                )
                yield ("generate", key), text

    def _template_faults(self) -> Iterator[tuple[Place, str]]:
        if self.constraint.network != "atoms":
            text = (
                f"{self.constraint.network!r} reads graphs, but gan.network 'templates' is driven "
                "by atoms: set 'atoms'"
            )
            yield ("constraint", "network"), text
        if self.autoencoder.graphs == "separated":
            text = (
                "'separated', but gan.network 'templates' moves tiles from one element to another: "
                "set 'combined', or gan.network 'atoms'"
            )
            yield ("autoencoder", "graphs"), text
        if self.autoencoder.network == "paper":
            text = (
                "'paper', but gan.network 'templates' draws coarse images: set 'dense' or "
                "'convolutional'"
            )
            yield ("autoencoder", "network"), text


def check_config(config: Mapping[str, Any]) -> Config:
    """Return the configuration, if it is sound.

    Raises `InputError` with one line that names every fault: the key's path, its value and what
    is allowed.
    """
    try:
        return Config.model_validate(config)
    except ValidationError as error:
        faults = {fault_text(entry, config, _schema()) for entry in error.errors(include_url=False)}
        raise InputError("; ".join(sorted(faults - {""}))) from None


def read_manifest(path: str | PathLike[str]) -> PretrainedManifest:
    """Read a manifest of pretrained networks.

    Raises `InputError` with one line for a file that is missing, no YAML or holds anything else.
    """
    try:
        content = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
        return PretrainedManifest.model_validate(content)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise InputError(f"config pretrained.manifest: {path} cannot be read ({reason})") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"])) or "top level"
        raise InputError(f"{path}: {place}: {first['msg']}; correct the manifest") from None


@cache
def _schema() -> dict[str, Any]:
    return inlined_schema(Config)


def config_schema(defaults: Mapping[str, Any]) -> dict[str, Any]:
    """Return the JSON schema of what is laid over `defaults`: all that they hold may be left out.

    It tells editors and people of keys, types, ranges, meanings and defaults. The checks, and
    those of one key against another, are the models' own.
    """
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Configuration of the CCDCGAN workflow",
    }
    return head | with_defaults(_schema(), defaults)


if __name__ == "__main__":  # `make schema`: the file of the defaults, and the schema's
    found = config_schema(yaml.safe_load(Path(sys.argv[1]).read_text(encoding="utf-8")))
    with atomic(sys.argv[2]) as temporary:
        temporary.write_text(
            json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
        )
