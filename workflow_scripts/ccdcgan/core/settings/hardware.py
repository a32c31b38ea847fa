"""The machine that a run uses."""

from typing import Literal

from pydantic import Field

from ccdcgan.core.settings.fields import Count, Positive, Settings, Text


class RelaxationLimits(Settings):
    """Section `hardware.relaxation`: what one crystal may take before it counts as failed."""

    minutes: Positive = Field(description="of one crystal, by one potential after the other")
    memory: Count = Field(description="MB; of the process that holds the potential")


class HardwareSettings(Settings):
    """Section `hardware`: what the trainings run on."""

    gpus: int = Field(ge=0, description="GPUs requested for each training job")
    backend: Literal["tensorflow", "torch", "jax"] = Field(description="what Keras computes with")
    tensorboard: Text | None = Field(description="folder of TensorBoard's logs")
    threads: Count = Field(description="cores of the trainings that others wait for")
    precision: Literal["float32", "mixed_bfloat16", "mixed_float16"] = Field(
        description="of the autoencoders' arithmetic"
    )
    relaxation: RelaxationLimits
