"""Train the generator of tiles by flow matching."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.journal import identity
    from ccdcgan.core.settings.gan import GAN_TRAINING
    from ccdcgan.core.settings.hardware import HardwareSettings
    from ccdcgan.training.tiles_gan import train_flow

    given, params = snakemake.input, snakemake.params
    train_flow(
        given.structures,
        given.shards,
        dict(snakemake.output.items()),
        GAN_TRAINING.validate_python(params.gan),
        autoencoders=(given.lattice, given.networks, params.elements),
        seed=params.seed,
        identity=identity(snakemake, train_flow),
        hardware=HardwareSettings.model_validate(snakemake.config["hardware"]),
    )
