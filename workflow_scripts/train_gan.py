"""Train one variant of the generator."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.artifacts import provenance
    from ccdcgan.core.journal import identity
    from ccdcgan.core.settings.constraint import ConstraintProperty
    from ccdcgan.core.settings.gan import GAN_TRAINING
    from ccdcgan.core.settings.hardware import HardwareSettings
    from ccdcgan.training.gan import train_gan

    given, params = snakemake.input, snakemake.params
    train_gan(
        snakemake.wildcards.variant,
        given.structures,
        given.shards,
        dict(snakemake.output.items()),
        GAN_TRAINING.validate_python(params.gan),
        autoencoders=(given.lattice, given.networks, params.elements),
        constraints=given.constraints,
        flow=next(iter(given.flow), None),
        properties=list(map(ConstraintProperty.model_validate, params.constraints)),
        seed=params.seed,
        identity=identity(snakemake, train_gan),
        hardware=HardwareSettings.model_validate(snakemake.config["hardware"]),
        notes=provenance(snakemake.config, params.seed),
    )
