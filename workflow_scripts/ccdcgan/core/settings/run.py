"""The machine that a run uses, and the networks that it takes instead of training them."""

from typing import Literal

from pydantic import Field

from ccdcgan.core.settings.fields import Count, PropertyName, Settings, Sha256, Text, Variant


class HardwareSettings(Settings):
    """Section `hardware`: what the trainings run on."""

    gpus: int = Field(ge=0, description="GPUs requested for each training job")
    backend: Literal["tensorflow", "torch", "jax"] = Field(description="what Keras computes with")
    tensorboard: Text | None = Field(description="folder of TensorBoard's logs")
    threads: Count = Field(description="cores of the trainings that others wait for")
    precision: Literal["float32", "mixed_bfloat16", "mixed_float16"] = Field(
        description="of the autoencoders' arithmetic"
    )


class PretrainedFile(Settings):
    """A file that is taken into the run."""

    path: Text = Field(description="a file; relative to the working directory or the workflow")
    sha256: Sha256 = Field(description="SHA-256 of the file, 64 hexadecimal digits")


class PretrainedGenerator(PretrainedFile):
    """A generator, with what belongs to it."""

    compositions: PretrainedFile = Field(description="from which the graphs' are drawn")
    discriminator: PretrainedFile = Field(description="needed by generate.descent")


class PretrainedSettings(Settings):
    """Section `pretrained`: networks that are taken, not trained."""

    autoencoder: dict[Literal["lattice", "combined"], PretrainedFile] = Field(
        description="by kind: lattice, combined"
    )
    constraint: dict[PropertyName, PretrainedFile] = Field(description="by property")
    denoiser: PretrainedFile | None = Field(description="null: trained here")
    generator: dict[Variant, PretrainedGenerator] = Field(description="by variant")
