"""Train the denoiser, which makes the parts of generated crystals fit each other."""

from ccdcgan.core.jobs import job

with job(snakemake):
    from ccdcgan.core.journal import identity
    from ccdcgan.core.settings.denoiser import DenoiserSettings
    from ccdcgan.core.settings.hardware import HardwareSettings
    from ccdcgan.training.denoiser import train_denoiser

    train_denoiser(
        snakemake.input.structures,
        dict(snakemake.output.items()),
        DenoiserSettings.model_validate(snakemake.params.settings),
        seed=snakemake.params.seed,
        identity=identity(snakemake, train_denoiser),
        hardware=HardwareSettings.model_validate(snakemake.config["hardware"]),
    )
