"""The networks that a run takes instead of training them."""

from typing import Literal

from pydantic import Field

from ccdcgan.core.settings.fields import PropertyName, Settings, Sha256, Text, Unique, Variant


class PretrainedSettings(Settings):
    """Section `pretrained`: networks that are taken, not trained."""

    manifest: Text | None = Field(
        description="file that names the networks; null: all are trained here"
    )
    networks: Unique[
        Literal["autoencoder", "constraint", "denoiser", "refiner", "templates", "generator"]
    ] = Field(description="which of those in the manifest are taken; the others are trained")


class PretrainedFile(Settings):
    """A file that is taken into the run."""

    path: Text = Field(description="a file; from the folder of the manifest")
    sha256: Sha256 = Field(description="SHA-256 of the file, 64 hexadecimal digits")


class PretrainedGenerator(PretrainedFile):
    """A generator, with what belongs to it."""

    compositions: PretrainedFile = Field(description="from which the graphs' are drawn")


class PretrainedManifest(Settings):
    """What a manifest of pretrained networks holds; each part may be left out."""

    autoencoder: dict[Literal["lattice", "combined"], PretrainedFile] = Field(
        {}, description="by kind: lattice, combined"
    )
    constraint: dict[PropertyName, PretrainedFile] = Field({}, description="by property")
    denoiser: PretrainedFile | None = None
    refiner: PretrainedFile | None = None
    templates: PretrainedFile | None = None
    generator: dict[Variant, PretrainedGenerator] = Field({}, description="by variant")
