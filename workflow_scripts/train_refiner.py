"""Train the refiner, which brings crystals whose elements were exchanged to rest."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.journal import identity
    from ccdcgan.core.settings.hardware import HardwareSettings
    from ccdcgan.core.settings.refiner import RefinerSettings
    from ccdcgan.training.refiner import train_refiner

    train_refiner(
        snakemake.input.pairs,
        snakemake.input.denoiser,
        dict(snakemake.output.items()),
        RefinerSettings.model_validate(snakemake.params.settings),
        seed=snakemake.params.seed,
        identity=identity(snakemake, train_refiner),
        hardware=HardwareSettings.model_validate(snakemake.config["hardware"]),
    )
